import { HttpException } from '@nestjs/common';
import { isCodedError } from '@ekphrasis/errors';

/** An RFC 9457 problem document. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** The same name as at the end of `type`. */
  code: string;
  /** Seconds after which the same request may succeed. */
  retryAfter?: number;
}

/** By the code of the error. */
export type ProblemKinds = Readonly<Record<string, ProblemKind>>;

/** What all errors of one code are to a client. */
export interface ProblemKind {
  status: number;
  title: string;
}

/** Those that any process may have; the codes of an app's own errors are its own. */
const generalKinds: ProblemKinds = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'operator-unknown': { status: 401, title: 'Authentication is needed' },
  'api-key-missing': { status: 401, title: 'Authentication is needed' },
  'api-key-unknown': { status: 401, title: 'Authentication is needed' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'operator-token-unset': { status: 403, title: 'This is not allowed' },
  overloaded: { status: 503, title: 'Too busy' },
  'database-unavailable': { status: 503, title: 'Temporarily unavailable' },
  'storage-away': { status: 503, title: 'Temporarily unavailable' },
  'storage-unavailable': { status: 503, title: 'Temporarily unavailable' },
  'storage-full': { status: 503, title: 'Temporarily unavailable' },
};

const unexpected: ProblemKind = { status: 500, title: 'Something went wrong' };
const titles: Record<number, string> = {
  400: 'The request is not valid',
  403: 'This is not allowed',
  404: 'Not found',
  405: 'The method is not allowed',
  408: 'The request took too long to arrive',
  413: 'The body is too large',
  415: 'The content type is not supported',
  417: 'The expectation cannot be met',
  431: 'The headers are too large',
};

/**
 * Says to a client what went wrong, and nothing that is not its business.
 * @param kinds those of the app's own errors
 */
export function problemOf(error: unknown, kinds: ProblemKinds = {}): ProblemDocument {
  if (isCodedError(error)) {
    const kind = kinds[error.code] ?? generalKinds[error.code] ?? unexpected;
    const detail = kind.status >= 500 ? kind.title : error.message;
    return document(error.code, kind, detail, error.retryable);
  }
  const status = statusOf(error);
  if (status === undefined || status >= 500) return document('unexpected', unexpected, unexpected.title, false);
  const kind = { status, title: titles[status] ?? 'The request failed' };
  return document(`http-${status}`, kind, (error as Error).message, false);
}

/** Nest's exceptions and Fastify's errors carry a status. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

function document(code: string, { status, title }: ProblemKind, detail: string, retryable: boolean): ProblemDocument {
  return {
    type: `urn:ekphrasis:problem:${code}`,
    title,
    status,
    detail,
    code,
    ...(retryable && (status === 503 || status === 404) && { retryAfter: 1 }),
  };
}
