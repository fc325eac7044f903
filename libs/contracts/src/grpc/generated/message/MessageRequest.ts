// Original file: libs/contracts/src/grpc/message_service.proto


export interface MessageRequest {
  /**
   * 4 MiB at most, as of every message.
   */
  'text'?: (string);
}

export interface MessageRequest__Output {
  /**
   * 4 MiB at most, as of every message.
   */
  'text': (string);
}
