// Original file: libs/contracts/src/grpc/message_service.proto


export interface LetterResponse {
  /**
   * In lower case; of several that are as frequent the one with the lowest code point; empty where the text has none.
   */
  'letter'?: (string);
}

export interface LetterResponse__Output {
  /**
   * In lower case; of several that are as frequent the one with the lowest code point; empty where the text has none.
   */
  'letter': (string);
}
