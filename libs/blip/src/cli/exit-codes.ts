import { isCodedError } from '../coded-errors.js';
import type { HubErrorCode } from '../hub/hub-error.js';
import { UsageError } from './usage-error.js';

/** What a command ends with, so that scripts need not read its message; 1 is any other failure. */
const exitCodes: Readonly<Partial<Record<HubErrorCode | 'unsupported-checkpoint', number>>> = {
  'hub-repository-not-found': 3,
  'hub-revision-not-found': 4,
  'hub-gated': 5,
  'hub-unauthorised': 6,
  'hub-unreachable': 7,
  'hub-unavailable': 8,
  'disk-full': 9,
  'unsupported-checkpoint': 10,
  'hub-file-not-found': 11,
  'hub-checksum': 12,
};

/** 2 where the command line was not understood. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return 2;
  return (isCodedError(error) && exitCodes[error.code as keyof typeof exitCodes]) || 1;
}
