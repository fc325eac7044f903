// Original file: libs/contracts/src/grpc/message_service.proto


export interface ABRequest {
  'user_id'?: (string);
}

export interface ABRequest__Output {
  'user_id': (string);
}
