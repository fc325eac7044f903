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
   * Asks for a file's commit, digest and size.
   * @throws HubError
   */
  async describe(repository: string, revision: string, name: string, signal?: AbortSignal): Promise<HubFile> {
    const url = this.fileUrl(repository, revision, name);
    const response = await this.send('HEAD', url, {}, signal);
    await response.body.dump();
    refuse(response, repository, name);
    const header = (field: string): string | undefined => [response.headers[field]].flat()[0];
    const size = header('x-linked-size') ?? (response.statusCode === 200 ? header('content-length') : undefined);
    return {
      name,
      commit: header('x-repo-commit') ?? revision,
      digest: plainTag(header('x-linked-etag') ?? header('etag')),
      bytes: size === undefined ? undefined : Number(size),
    };
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
      const location = [response.headers['location']].flat()[0];
      if (response.statusCode >= 300 && response.statusCode < 400 && location) {
        await response.body.dump();
        url = new URL(location, url);
        continue;
      }
      await dumpUnlessOk(response);
      refuse(response, repository, file.name);
      return { body: response.body, start: response.statusCode === 206 ? start : 0 };
    }
    throw new HubError('hub-unavailable', `${file.name}: more than ${mostRedirects} redirects`);
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
