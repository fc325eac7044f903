import { wellFormed } from './well-formed.js';
import { jsonDepth } from './json-depth.js';
import { RequestRefusedError } from './request.errors.js';

/** A body of more bytes is not read. */
export const mostBytes = 1_048_576;
/** What is kept of it. */
const keptBytes = 65_536;
const mostDepth = 32;
const longestId = 255;
const longestWord = 64;

/** What a client asks, once it is known to have the form of a request. */
export interface TaskRequest {
  readonly id: string;
  readonly version: string;
  readonly action: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** A token or a key, without `Bearer`; empty where none was sent. */
  readonly auth: string;
}

/** What could be read of a body. */
export interface ReadBody {
  /** Parsed; the text as it came where it is no JSON, or too large or too deep to be looked into. */
  readonly body: unknown;
  /** The request's own id, where it has a usable one. */
  readonly id?: string;
  readonly request?: TaskRequest;
  /** Why it is no request; there where `request` is not. */
  readonly refusal?: RequestRefusedError;
}

/** Reads the body of a message, whatever it holds. */
export function readBody(content: Buffer): ReadBody {
  if (content.length > mostBytes) {
    const body = `${content.toString('utf8', 0, keptBytes)}… (cut)`;
    return { body, refusal: expected(`a body of at most ${mostBytes} bytes`, `one of ${content.length}`) };
  }
  const text = content.toString('utf8');
  if (jsonDepth(text) > mostDepth) {
    return { body: text, refusal: expected(`a body nested at most ${mostDepth} levels deep`, 'a deeper one') };
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { body: text, refusal: expected('JSON for the body', 'something else') };
  }
  return { body, ...readRequest(body) };
}

/** Whether a text can be the id of a request: of what a log line and a database take. */
export function isUsableId(id: unknown): id is string {
  return typeof id === 'string' && id.length > 0 && id.length <= longestId && /^[^\p{Cc}\p{Cs}]+$/u.test(id);
}

function readRequest(body: unknown): Omit<ReadBody, 'body'> {
  if (!isObject(body)) return { refusal: expected('an object for the body', 'something else') };
  const { id, version, action, data = {}, auth } = body;
  if (!isUsableId(id)) return { refusal: expected(`a text of 1 to ${longestId} characters for id`, 'something else') };
  if (!isWord(version)) return { id, refusal: expected('v1 or v2 for version', 'something else') };
  if (!isWord(action)) return { id, refusal: expected('the name of an action for action', 'something else') };
  if (data !== null && !isObject(data)) return { id, refusal: expected('an object for data', 'something else') };
  if (auth !== undefined && auth !== null && typeof auth !== 'string') {
    return { id, refusal: expected('a text for auth', 'something else') };
  }
  const token = wellFormed(auth ?? '')
    .replace(/^bearer +/i, '')
    .trim();
  return { id, request: { id, version, action, data: data ?? {}, auth: token } };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && value.length <= longestWord && /^[\w.-]+$/.test(value);
}

function expected(what: string, received: string): RequestRefusedError {
  return new RequestRefusedError(`Expected ${what} but received ${received}`);
}
