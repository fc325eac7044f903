// Original file: libs/contracts/src/grpc/message_service.proto


export interface MessageResponse {
  'processed_text'?: (string);
}

export interface MessageResponse__Output {
  'processed_text': (string);
}
