// Original file: libs/contracts/src/grpc/message_service.proto


export interface ABResponse {
  /**
   * "A" or "B".
   */
  'group'?: (string);
}

export interface ABResponse__Output {
  /**
   * "A" or "B".
   */
  'group': (string);
}
