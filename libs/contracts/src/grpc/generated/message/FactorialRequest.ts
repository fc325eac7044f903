// Original file: libs/contracts/src/grpc/message_service.proto

import type { Long } from '@grpc/proto-loader';

export interface FactorialRequest {
  'n'?: (number | string | Long);
}

export interface FactorialRequest__Output {
  'n': (number);
}
