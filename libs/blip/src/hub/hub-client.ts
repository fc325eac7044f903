import type { Readable } from 'node:stream';
import { Agent, request, type Dispatcher } from 'undici';
import { HubError } from './hub-error.js';

const mostRedirects = 5;
const patienceMs = 30_000;

export interface HubOptions {
  /** Where the hub answers; https://huggingface.co by default. */
  endpoint?: string;
  /** Sent to the hub itself, and never to the servers it redirects to. */
  token?: string;
}

/** What the hub says of a file before it is downloaded. */
export interface HubFile {
  name: string;
  /** The repository's commit, so that all files can be taken from the same one. */
  commit: string;
  /** SHA-256 of large files (64 digits), git's blob SHA-1 of small ones (40 digits). */
  digest: string;
  /** Size in bytes, where it is announced. */
  bytes: number | undefined;
}

type Response = Dispatcher.ResponseData;

/** Speaks to a model hub: `GET /<owner>/<name>/resolve/<revision>/<file>`, redirects to a CDN included. */
export class HubClient {
  private readonly endpoint: string;
  private readonly agent = new Agent({
    headersTimeout: patienceMs,
    bodyTimeout: patienceMs,
    connectTimeout: patienceMs,
  });

  constructor(private readonly options: HubOptions = {}) {
    this.endpoint = (options.endpoint ?? 'https://huggingface.co').replace(/\/+$/, '');
  }

  /**
   * Asks for a file's commit, digest and size. Redirects within the hub are followed; one that leads elsewhere is to the
   * file's bytes, and the hub has told by then what they are.
   * @throws HubError
   */
  async describe(repository: string, revision: string, name: string, signal?: AbortSignal): Promise<HubFile> {
    let url = this.fileUrl(repository, revision, name);
    const told = new Map<string, string>();
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      const response = await this.send('HEAD', url, {}, signal);
      await response.body.dump();
      refuse(response, repository, name);
      for (const [field, value] of Object.entries(response.headers)) told.set(field, [value].flat()[0] ?? '');
      const next = redirectTarget(response, url);
      if (next?.origin === url.origin) {
        url = next;
        continue;
      }
      const size = told.get('x-linked-size') ?? (next ? undefined : told.get('content-length'));
      return {
        name,
        commit: told.get('x-repo-commit') ?? revision,
        digest: plainTag(told.get('x-linked-etag') ?? told.get('etag')),
        bytes: size === undefined ? undefined : Number(size),
      };
    }
    throw tooManyRedirects(name);
  }

  /**
   * Opens a file's bytes from `start` on.
   * @returns the stream, and where it really begins: 0 where the server does not send parts
   * @throws HubError
   */
  async open(
    repository: string,
    file: HubFile,
    start: number,
    signal?: AbortSignal,
  ): Promise<{ body: Readable; start: number }> {
    let url = this.fileUrl(repository, file.commit, file.name);
    const range: Record<string, string> = start > 0 ? { range: `bytes=${start}-` } : {};
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      const response = await this.send('GET', url, range, signal);
      const next = redirectTarget(response, url);
      if (next) {
        await response.body.dump();
        url = next;
        continue;
      }
      await dumpUnlessOk(response);
      refuse(response, repository, file.name);
      return { body: response.body, start: response.statusCode === 206 ? start : 0 };
    }
    throw tooManyRedirects(file.name);
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private fileUrl(repository: string, revision: string, name: string): URL {
    return new URL(`${this.endpoint}/${repository}/resolve/${encodeURIComponent(revision)}/${name}`);
  }

  private async send(
    method: 'GET' | 'HEAD',
    url: URL,
    headers: Record<string, string>,
    signal: AbortSignal | undefined,
  ): Promise<Response> {
    const isHub = url.origin === new URL(this.endpoint).origin;
    const authorization = this.options.token && isHub ? { authorization: `Bearer ${this.options.token}` } : {};
    try {
      const all = { ...headers, ...authorization, 'accept-encoding': 'identity', 'user-agent': 'ekphrasis' };
      return await request(url, { method, headers: all, dispatcher: this.agent, signal });
    } catch (cause) {
      signal?.throwIfAborted();
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new HubError('hub-unavailable', `${url.host} does not answer: ${why}`, cause);
    }
  }
}

function redirectTarget({ statusCode, headers }: Response, url: URL): URL | undefined {
  const location = [headers['location']].flat()[0];
  return statusCode >= 300 && statusCode < 400 && location ? new URL(location, url) : undefined;
}

function tooManyRedirects(name: string): HubError {
  return new HubError('hub-unavailable', `${name}: more than ${mostRedirects} redirects`);
}

async function dumpUnlessOk(response: Response): Promise<void> {
  if (response.statusCode >= 400) await response.body.dump();
}

function refuse({ statusCode, headers }: Response, repository: string, file: string): void {
  const reason = [headers['x-error-message']].flat()[0] ?? '';
  const because = reason && `: ${reason}`;
  if (statusCode === 401 || statusCode === 403) {
    throw new HubError(
      'hub-unauthorised',
      `${repository}/${file}: the hub answers ${statusCode} (misspelt, private or gated? a token can be given in HF_TOKEN)${because}`,
    );
  }
  if (statusCode === 404)
    throw new HubError('hub-not-found', `${repository}/${file}: the hub has no such file (404)${because}`);
  if (statusCode >= 400)
    throw new HubError('hub-unavailable', `${repository}/${file}: the hub answers ${statusCode}${because}`);
}

/** An ETag without its quotes and without the mark of a weak one. */
function plainTag(tag: string | undefined): string {
  return (tag ?? '').replace(/^W\//, '').replace(/^"|"$/g, '');
}
