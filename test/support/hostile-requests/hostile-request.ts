import { requestBytes } from '../raw-request.js';

/** What is wrong with a request, the request, and the status and code that answer it. */
export type HostileRequest = readonly [title: string, bytes: string | Uint8Array, status: number, code: string];

export const json = 'content-type: application/json';
export const form = 'content-type: multipart/form-data; boundary=B';
/** The one field of a body that would be taken. */
export const url = '"image_url":"https://example.org/a.png"';

export const post = (type: string, body: string | Uint8Array, more: readonly string[] = []): Uint8Array =>
  requestBytes('POST /images HTTP/1.1', [type, `content-length: ${Buffer.byteLength(body)}`, ...more], body);
export const get = (path: string, headers: readonly string[] = []): Uint8Array =>
  requestBytes(`GET ${path} HTTP/1.1`, headers);
export const file = (disposition: string, bytes = 'no picture'): string =>
  `--B\r\nContent-Disposition: ${disposition}\r\nContent-Type: image/png\r\n\r\n${bytes}\r\n`;
