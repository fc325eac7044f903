// Original file: libs/contracts/src/grpc/captioning.proto

import type { Long } from '@grpc/proto-loader';

export interface WatchRequest {
  /**
   * 1 to 1,000 of them.
   */
  'image_ids'?: (number | string | Long)[];
}

export interface WatchRequest__Output {
  /**
   * 1 to 1,000 of them.
   */
  'image_ids': (number)[];
}
