import type { FastifyReply } from 'fastify';
import { matchesEntityTag } from '@ekphrasis/service';

/** What of a request decides how much of a file is sent. */
export interface FileRequest {
  range?: string;
  ifRange?: string;
  ifNoneMatch?: string;
}

interface Bytes {
  first: number;
  last: number;
}

/**
 * Sends a file that never changes: whole, one range of it (RFC 9110, section 14), or nothing where the client has it. Several
 * ranges at once are answered with the whole, as a server may.
 */
export function sendFile(
  reply: FastifyReply,
  file: { bytes: Buffer; type: string; entityTag: string },
  { range, ifRange, ifNoneMatch }: FileRequest,
): void {
  const { bytes, type, entityTag } = file;
  void reply.headers({ etag: entityTag, 'accept-ranges': 'bytes', 'cache-control': 'private, no-cache' });
  if (matchesEntityTag(ifNoneMatch, entityTag)) return void reply.status(304).send();
  void reply.type(type);
  const wanted =
    range === undefined || (ifRange !== undefined && ifRange !== entityTag) ? 'all' : rangeOf(range, bytes.length);
  if (wanted === 'all') return void reply.send(bytes);
  if (wanted === 'none') {
    return void reply.status(416).header('content-range', `bytes */${bytes.length}`).type('text/plain').send('');
  }
  const { first, last } = wanted;
  void reply
    .status(206)
    .header('content-range', `bytes ${first}-${last}/${bytes.length}`)
    .send(bytes.subarray(first, last + 1));
}

/** @returns `all` for what is no range that is known, `none` for one beyond the end */
function rangeOf(header: string, length: number): Bytes | 'all' | 'none' {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
  if (from === '' && to === '') return 'all';
  if (from === '') return Number(to) === 0 ? 'none' : { first: Math.max(0, length - Number(to)), last: length - 1 };
  const [first, last] = [Number(from), to === '' ? length - 1 : Math.min(Number(to), length - 1)];
  if (to !== '' && Number(to) < first) return 'all';
  return first < length ? { first, last } : 'none';
}
