import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { matchesEntityTag } from '@ekphrasis/service';
import type { ByteRange } from '@ekphrasis/storage';

/** What of a request decides how much of a file is sent. */
export interface FileRequest {
  range?: string;
  ifRange?: string;
  ifNoneMatch?: string;
}

/** A file that never changes. */
export interface ServedFile {
  bytes: number;
  type: string;
  entityTag: string;
  /** @returns that part of it @throws where it is no longer there */
  open: (range: ByteRange) => Promise<Readable> | Uint8Array;
}

/**
 * Sends a file: whole, one range of it (RFC 9110, section 14), or nothing where the client has it. Several
 * ranges at once are answered with the whole, as a server may.
 */
export async function sendFile(
  reply: FastifyReply,
  { bytes, type, entityTag, open }: ServedFile,
  { range, ifRange, ifNoneMatch }: FileRequest,
): Promise<void> {
  void reply.headers({ etag: entityTag, 'accept-ranges': 'bytes', 'cache-control': 'private, no-cache' });
  if (matchesEntityTag(ifNoneMatch, entityTag)) return void reply.status(304).send();
  void reply.type(type);
  const wanted =
    range === undefined || (ifRange !== undefined && ifRange !== entityTag) ? 'all' : rangeOf(range, bytes);
  if (wanted === 'none') {
    return void reply.status(416).header('content-range', `bytes */${bytes}`).type('text/plain').send('');
  }
  const part = wanted === 'all' ? { first: 0, last: bytes - 1 } : wanted;
  const content = await open(part);
  if (wanted !== 'all') void reply.status(206).header('content-range', `bytes ${part.first}-${part.last}/${bytes}`);
  void reply.header('content-length', part.last - part.first + 1);
  if (content instanceof Readable && reply.request.method === 'HEAD') {
    content.destroy();
    return void reply.send(Readable.from([]));
  }
  void reply.send(content);
}

/** @returns `all` for what is no range that is known, `none` for one beyond the end */
function rangeOf(header: string, length: number): ByteRange | 'all' | 'none' {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
  if (from === '' && to === '') return 'all';
  if (from === '') return Number(to) === 0 ? 'none' : { first: Math.max(0, length - Number(to)), last: length - 1 };
  const [first, last] = [Number(from), to === '' ? length - 1 : Math.min(Number(to), length - 1)];
  if (to !== '' && Number(to) < first) return 'all';
  return first < length ? { first, last } : 'none';
}
