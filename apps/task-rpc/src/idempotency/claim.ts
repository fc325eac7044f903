import { createHmac } from 'node:crypto';
import { canonicalJson } from '../requests/canonical-json.js';
import type { TaskRequest } from '../requests/task-request.js';

/** What a request is known by when it comes again: its id, whose it is, and what it asks. */
export interface Claim {
  readonly id: string;
  /** Two callers may use one id; neither learns of the other. */
  readonly caller: string;
  readonly fingerprint: Buffer;
}

/**
 * Digests of what requests ask. With a key, since a password may be a part of it: without the key nobody who reads the database
 * can try passwords against a digest.
 */
export class Fingerprints {
  constructor(private readonly key: string | Buffer) {}

  /** Tokens are no part of it: a caller may have a new one when a request is sent again. */
  of({ version, action, data }: TaskRequest): Buffer {
    return this.digest(canonicalJson([version, action, data]));
  }

  /** Of a message from nobody that is known, as it came. */
  ofContent(content: Uint8Array): Buffer {
    return this.digest(content);
  }

  private digest(content: string | Uint8Array): Buffer {
    return createHmac('sha256', this.key).update(content).digest();
  }
}
