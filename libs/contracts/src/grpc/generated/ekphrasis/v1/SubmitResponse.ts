// Original file: libs/contracts/src/grpc/captioning.proto

import type { Long } from '@grpc/proto-loader';

export interface SubmitResponse {
  'image_id'?: (number | string | Long);
}

export interface SubmitResponse__Output {
  'image_id': (number);
}
