import { isCodedError } from '@ekphrasis/errors';
import { withTimeLimit } from '@ekphrasis/time-limit';
import { SpanKind, traced } from '@ekphrasis/tracing';
import { Agent, type buildConnector } from 'undici';
import { FetchError } from '../fetching.errors.js';
import type { NameLookups } from '../names/name-lookups.js';
import { HttpAnswer } from './http-answer.js';
import { parseHttpUrl } from './http-url.js';
import { toFetchError } from './transport.errors.js';

const usualConnectionsToAHost = 16;
/** What HTTP/1.1 itself or we ourselves say in a request, and no caller. */
const ourHeaders = ['host', 'user-agent', 'connection', 'content-length', 'transfer-encoding'];

/** One request to a stranger's server. */
export interface HttpRequest {
  method: 'GET' | 'POST';
  /** What to ask: http or https, without a user. */
  url: URL;
  /** What to ask instead where no connection to `url` can be made. */
  fallback?: URL | undefined;
  /** Header fields by their names in lower case, beside those that we set ourselves (`host`, `user-agent`, the body's length). */
  headers?: Readonly<Record<string, string>>;
  /** The body of a POST. */
  body?: Uint8Array | string;
  /**
   * Redirects of a GET that are followed at most. 0, the default: a redirect is an answer as any other. A POST is never sent on: who is
   * meant to have its body is the one whom it was sent to.
   */
  mostRedirects?: number;
  /** Longest time in milliseconds: looking up, connecting, all redirects, and reading the answer. */
  timeoutMs: number;
  /** Ends the request, with its reason. */
  signal?: AbortSignal;
  /** Told of each host (`host:port`) before it is asked, after redirects too; what it throws ends the request. */
  onHost?: (host: string) => void;
}

export interface HttpClientOptions {
  /** Opens the connections, and refuses those that must not be. */
  connect: buildConnector.connector;
  /** The look-ups that `connect` waits for. */
  names: NameLookups;
  /** What we call ourselves. */
  userAgent: string;
  /** Connections to one host (`host:port`) at a time; what is beyond them waits. 16 by default. */
  connectionsToAHost?: number | undefined;
}

/**
 * Speaks HTTP/1.1 with servers of strangers. Every connection, also one after a redirect, is opened by the guarded connector, so that
 * no address but an allowed one is ever connected to. Any status is an answer: what it means is for the caller to say.
 */
export class HttpClient {
  private readonly agent: Agent;

  constructor(private readonly options: HttpClientOptions) {
    // a request's own limit is the one that counts; these end at the latest what nobody waits for any more
    const { connect, connectionsToAHost: connections = usualConnectionsToAHost } = options;
    this.agent = new Agent({ connect, connections });
  }

  /**
   * Sends a request and hands its answer to `read`. When `read` is done the rest of the answer is thrown away.
   * @returns what `read` gives
   * @throws FetchError where there was no answer: `url-invalid`, `address-forbidden`, `host-not-found`, `dns-unavailable`, `lookups-busy`,
   *   `connection-failed`, `fetch-timeout`, `too-many-redirects`; what `read` and `onHost` throw; the signal's reason
   */
  send<Result>(request: HttpRequest, read: (answer: HttpAnswer) => Promise<Result>): Promise<Result> {
    const { timeoutMs: milliseconds, signal } = request;
    const onTimeout = (): FetchError =>
      new FetchError('fetch-timeout', `No whole answer came within ${milliseconds} ms`);
    const attributes = { 'http.request.method': request.method, 'server.address': request.url.hostname };
    return traced(`${request.method} ${request.url.hostname}`, { kind: SpanKind.CLIENT, attributes }, () =>
      // undici does not look at a signal while it connects
      withTimeLimit({ milliseconds, signal, onTimeout }, async (limit) => {
        const answer = await this.answerTo(request, limit);
        try {
          return await read(answer);
        } finally {
          answer.discard();
        }
      }),
    );
  }

  /** Closes its connections once their requests have ended. */
  async close(): Promise<void> {
    this.options.names.close();
    await this.agent.close();
  }

  private async answerTo(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const mostRedirects = request.method === 'GET' ? (request.mostRedirects ?? 0) : 0;
    let answer = await this.askEither(request, signal);
    for (let redirects = 0; mostRedirects > 0 && answer.location !== undefined; redirects++) {
      answer.discard();
      if (redirects === mostRedirects) {
        throw new FetchError('too-many-redirects', `The URL redirects more than ${mostRedirects} times`);
      }
      answer = await this.ask(request, parseHttpUrl(answer.location, answer.url), signal);
    }
    return answer;
  }

  private async askEither(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { url, fallback } = request;
    try {
      return await this.ask(request, url, signal);
    } catch (error) {
      const mayBeReachedOtherwise = fallback && isCodedError(error) && error.code === 'connection-failed';
      if (!mayBeReachedOtherwise) throw error;
      return this.ask(request, fallback, signal);
    }
  }

  private async ask(request: HttpRequest, url: URL, signal: AbortSignal): Promise<HttpAnswer> {
    signal.throwIfAborted();
    const { host, hostname, origin, pathname, search } = parseHttpUrl(url.href);
    request.onHost?.(host);
    const noLongerWanted = this.options.names.want(hostname, signal);
    try {
      const response = await this.agent.request({
        origin,
        path: `${pathname}${search}`,
        method: request.method,
        signal,
        headers: { ...callersHeaders(request), 'user-agent': this.options.userAgent },
        ...(request.method === 'POST' && { body: request.body ?? '' }),
      });
      return new HttpAnswer(url, response);
    } catch (error) {
      throw toFetchError(error, url);
    } finally {
      noLongerWanted();
    }
  }
}

/** @throws RangeError for one that is ours to say */
function callersHeaders({ headers = {} }: HttpRequest): Readonly<Record<string, string>> {
  const refused = Object.keys(headers).find((name) => ourHeaders.includes(name.toLowerCase()));
  if (refused !== undefined) throw new RangeError(`The header ${refused} is not the caller's to set`);
  return headers;
}
