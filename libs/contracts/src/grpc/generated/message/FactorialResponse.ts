// Original file: libs/contracts/src/grpc/message_service.proto


export interface FactorialResponse {
  /**
   * In decimal digits, all of them.
   */
  'value'?: (string);
}

export interface FactorialResponse__Output {
  /**
   * In decimal digits, all of them.
   */
  'value': (string);
}
