// Original file: libs/contracts/src/grpc/message_service.proto


export interface MessageResponse {
  /**
   * Begins with `Обработано сервером: `.
   */
  'processed_text'?: (string);
}

export interface MessageResponse__Output {
  /**
   * Begins with `Обработано сервером: `.
   */
  'processed_text': (string);
}
