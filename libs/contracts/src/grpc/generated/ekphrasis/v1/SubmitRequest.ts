// Original file: libs/contracts/src/grpc/captioning.proto


export interface SubmitRequest {
  /**
   * With or without a scheme.
   */
  'image_url'?: (string);
  /**
   * The client's own word for the image, up to 128 characters.
   */
  'tag'?: (string);
}

export interface SubmitRequest__Output {
  /**
   * With or without a scheme.
   */
  'image_url': (string);
  /**
   * The client's own word for the image, up to 128 characters.
   */
  'tag': (string);
}
