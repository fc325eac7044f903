// Original file: libs/contracts/src/grpc/message_service.proto

import type { Long } from '@grpc/proto-loader';

export interface FactorialRequest {
  /**
   * 0 to 10000.
   */
  'n'?: (number | string | Long);
}

export interface FactorialRequest__Output {
  /**
   * 0 to 10000.
   */
  'n': (number);
}
