// Original file: libs/contracts/src/grpc/message_service.proto


export interface TextRequest {
  'text'?: (string);
}

export interface TextRequest__Output {
  'text': (string);
}
