// Original file: libs/contracts/src/grpc/captioning.proto

import type { Long } from '@grpc/proto-loader';

export interface Image {
  'image_id'?: (number | string | Long);
  /**
   * "queued", "processing", "described" or "failed".
   */
  'status'?: (string);
  /**
   * Empty until it is described.
   */
  'description'?: (string);
  'tag'?: (string);
  /**
   * Why it failed; empty where it has not.
   */
  'error'?: (string);
  /**
   * Of the description, 0 to 1.
   */
  'confidence'?: (number | string);
  /**
   * The name of the model that made the description.
   */
  'model'?: (string);
}

export interface Image__Output {
  'image_id': (number);
  /**
   * "queued", "processing", "described" or "failed".
   */
  'status': (string);
  /**
   * Empty until it is described.
   */
  'description': (string);
  'tag': (string);
  /**
   * Why it failed; empty where it has not.
   */
  'error': (string);
  /**
   * Of the description, 0 to 1.
   */
  'confidence': (number);
  /**
   * The name of the model that made the description.
   */
  'model': (string);
}
