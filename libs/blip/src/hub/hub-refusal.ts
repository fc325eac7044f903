import type { Dispatcher } from 'undici';
import { HubError } from './hub-error.js';
import { parseRetryAfter } from './retry-after.js';

/** What was asked for, to be named in messages. */
export interface HubQuestion {
  repository: string;
  revision: string;
  file: string;
  /** Where the hub answers. */
  host: string;
  hasToken: boolean;
}

type Answer = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'>;

/**
 * What an answer of the hub says that is no success, after its `x-error-code` and `x-error-message`, which
 * huggingface_hub reads too. To a stranger the hub answers 401 for what does not exist, as for what is private.
 * @returns undefined for a success or a redirect
 */
export function hubRefusal(answer: Answer, question: HubQuestion): HubError | undefined {
  const { statusCode, headers } = answer;
  if (statusCode < 400) return undefined;
  const { repository, revision, file, host, hasToken } = question;
  const said = header(headers, 'x-error-message');
  const because = said === '' ? '' : `: ${said}`;
  switch (header(headers, 'x-error-code')) {
    case 'GatedRepo':
      return new HubError('hub-gated', gated(statusCode, question));
    case 'RepoNotFound':
      return new HubError('hub-repository-not-found', unknownRepository(question));
    case 'RevisionNotFound':
      return new HubError('hub-revision-not-found', `${repository}: has no revision "${revision}"`);
    case 'EntryNotFound':
      return new HubError('hub-file-not-found', `${repository}: has no ${file} at revision ${revision}`);
  }
  if (statusCode === 401 || statusCode === 403) {
    const who = hasToken ? `${host} refuses HF_TOKEN` : `${host} wants a token: set HF_TOKEN`;
    return new HubError('hub-unauthorised', `${repository}: ${who} (${statusCode})${because}`);
  }
  if (statusCode === 404) {
    return new HubError('hub-file-not-found', `${repository}: has no ${file} at revision ${revision}${because}`);
  }
  return serverFailure(answer, `${repository}/${file}: ${host}`, because);
}

/** A server's answer that may be another one later. */
export function serverFailure({ statusCode, headers }: Answer, who: string, because = ''): HubError {
  const retryAfterMs = parseRetryAfter(header(headers, 'retry-after') || undefined);
  const wait = retryAfterMs === undefined ? '' : `, and asks to wait ${Math.ceil(retryAfterMs / 1000)} s`;
  const what = statusCode === 429 ? 'answers 429, too many requests' : `answers ${statusCode}`;
  return new HubError('hub-unavailable', `${who} ${what}${wait}${because}`, { retryAfterMs });
}

function gated(statusCode: number, { repository, host, hasToken }: HubQuestion): string {
  const page = `https://${host}/${repository}`;
  return hasToken && statusCode === 403
    ? `${repository}: is gated, and the account of HF_TOKEN has no access yet: ask for it at ${page}`
    : `${repository}: is gated: accept its terms at ${page}, and set HF_TOKEN to a token of that account`;
}

function unknownRepository({ repository, host, hasToken }: HubQuestion): string {
  return hasToken
    ? `${repository}: ${host} has no such repository, or the account of HF_TOKEN may not see it`
    : `${repository}: ${host} has no such repository, or it is private and HF_TOKEN is not set`;
}

/** A header's first value; empty where it is absent. */
export function header(headers: Answer['headers'], name: string): string {
  return [headers[name]].flat()[0] ?? '';
}
