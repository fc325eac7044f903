import { createHash } from 'node:crypto';
import { captionOptionNames } from './caption-options.js';
import type { SubmittedDetails } from './image-request.js';

/**
 * A digest of what a client asks for, by which an idempotency key knows the same request again: of the picture's bytes or its
 * URL, and of tag and options where some came, in whatever order. Without them it is what it was before there were any, so that
 * keys outlive an upgrade.
 */
export function requestFingerprint(picture: string | Uint8Array, { tag, options }: SubmittedDetails): string {
  const plain = createHash('sha256').update(picture).digest('hex');
  if (tag === undefined && !options) return plain;
  const details = [plain, tag ?? null, ...captionOptionNames.map((name) => options?.[name] ?? null)];
  return createHash('sha256').update(JSON.stringify(details)).digest('hex');
}
