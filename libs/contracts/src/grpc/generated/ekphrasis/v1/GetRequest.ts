// Original file: libs/contracts/src/grpc/captioning.proto

import type { Long } from '@grpc/proto-loader';

export interface GetRequest {
  'image_id'?: (number | string | Long);
}

export interface GetRequest__Output {
  'image_id': (number);
}
