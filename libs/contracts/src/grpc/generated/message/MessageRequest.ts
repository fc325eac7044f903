// Original file: libs/contracts/src/grpc/message_service.proto


export interface MessageRequest {
  'text'?: (string);
}

export interface MessageRequest__Output {
  'text': (string);
}
