import { isCodedError } from '@ekphrasis/errors';
import { Agent, type buildConnector } from 'undici';
import { FetchError } from './fetching.errors.js';
import { HttpAnswer } from './http-answer.js';
import type { HostGate } from './hosts/host-gate.js';
import { Journey } from './hosts/journey.js';
import type { NameLookups } from './names/name-lookups.js';
import type { FetchOptions, Hosts, PictureFetcher } from './picture-fetcher.js';
import { isPictureUrl, parseAbsolute, parsePictureUrl } from './picture-url.js';
import { withTimeLimit } from './time-limit.js';
import { toFetchError } from './transport.errors.js';

const MOST_REDIRECTS = 5;
const CONNECTIONS_TO_A_HOST = 16;

export interface HttpPictureFetcherOptions {
  /** Opens the connections, and refuses those that must not be. */
  connect: buildConnector.connector;
  /** The look-ups that `connect` waits for. */
  names: NameLookups;
  /** Decides which hosts may be asked. */
  gate: HostGate;
  /** The largest picture in bytes. */
  maxBytes: number;
  /** Longest time of one download in milliseconds. */
  timeoutMs: number;
  userAgent: string;
}

/**
 * Downloads over HTTP/1.1, redirects followed by hand. Every connection, also one after a redirect, is opened by the
 * guarded connector. Where a text without a scheme cannot be reached by `https`, `http` is tried; an answer over `https`,
 * whatever its status, is the answer.
 */
export class HttpPictureFetcher implements PictureFetcher {
  readonly hosts: Hosts;
  private readonly agent: Agent;

  constructor(private readonly options: HttpPictureFetcherOptions) {
    this.agent = new Agent({
      connect: options.connect,
      connections: CONNECTIONS_TO_A_HOST,
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
    });
    const { gate } = options;
    this.hosts = {
      refusalOf: (url) => (isPictureUrl(url) ? gate.refusal(parsePictureUrl(url)[0]!.host) : undefined),
      admission: (host) => gate.admission(host),
      away: (host, downloads) => gate.away(host, downloads),
    };
  }

  async fetch(url: string, { signal, onSlow }: FetchOptions = {}): Promise<Uint8Array> {
    const candidates = parsePictureUrl(url);
    const { timeoutMs, gate } = this.options;
    let journey: Journey | undefined;
    try {
      const picture = await withTimeLimit(timeoutMs, signal, (limit, end) => {
        journey = new Journey(gate, end, onSlow);
        return this.download(candidates, limit, journey);
      });
      journey?.finish();
      return picture;
    } catch (error) {
      journey?.finish(error);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.options.names.close();
    await this.agent.close();
  }

  private async download(candidates: readonly URL[], signal: AbortSignal, journey: Journey): Promise<Uint8Array> {
    let answer = await this.openFirst(candidates, signal, journey);
    for (let redirects = 0; answer.location !== undefined; redirects++) {
      answer.discard();
      if (redirects === MOST_REDIRECTS) {
        throw new FetchError('too-many-redirects', `The URL redirects more than ${MOST_REDIRECTS} times`);
      }
      answer = await this.open(parseAbsolute(answer.location, answer.url), signal, journey);
    }
    const { url } = answer;
    return answer.read(this.options.maxBytes).catch((error: unknown) => {
      throw toFetchError(error, url);
    });
  }

  private async openFirst(
    [first, ...others]: readonly URL[],
    signal: AbortSignal,
    journey: Journey,
  ): Promise<HttpAnswer> {
    try {
      return await this.open(first!, signal, journey);
    } catch (error) {
      const mayBeReachedOtherwise = isCodedError(error) && error.code === 'connection-failed' && others.length > 0;
      if (!mayBeReachedOtherwise) throw error;
      return this.openFirst(others, signal, journey);
    }
  }

  private async open(url: URL, signal: AbortSignal, journey: Journey): Promise<HttpAnswer> {
    signal.throwIfAborted();
    journey.goTo(url.host);
    const noLongerWanted = this.options.names.want(url.hostname, signal);
    try {
      const response = await this.agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: 'GET',
        signal,
        headers: { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': this.options.userAgent },
      });
      return new HttpAnswer(url, response);
    } catch (error) {
      throw toFetchError(error, url);
    } finally {
      noLongerWanted();
    }
  }
}
