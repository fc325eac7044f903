import type { Readable } from 'node:stream';
import { isHubDigest } from './hub-digest.js';
import { HubConnection, type HubOptions, type Response } from './hub-connection.js';
import { HubError, isFileNotFound } from './hub-error.js';
import { header, hubRefusal, serverFailure } from './hub-refusal.js';
import { withRetries } from './with-retries.js';

const mostRedirects = 5;
const mostAttempts = 5;

/** What the hub says of a file before it is downloaded. */
export interface HubFile {
  name: string;
  /** The repository's commit, so that all files can be taken from the same one. */
  commit: string;
  /** SHA-256 of large files (64 digits), git's blob SHA-1 of small ones (40 digits); undefined where it tells neither. */
  digest: string | undefined;
  /** Size in bytes, where it is announced. */
  bytes: number | undefined;
}

/** A repository at a revision: a branch, a tag, a commit, or `refs/pr/<n>`. */
export interface HubRepository {
  name: string;
  revision: string;
}

/** Speaks to a model hub: `GET /<owner>/<name>/resolve/<revision>/<file>`, redirects to its storage included. */
export class HubClient {
  private readonly connection: HubConnection;

  /** @throws HubError `hub-endpoint` */
  constructor(options: HubOptions = {}) {
    this.connection = new HubConnection(options);
  }

  /**
   * Asks for a file's commit, digest and size. Redirects within the hub are followed; one that leads elsewhere is to the
   * file's bytes, and the hub has told by then what they are.
   * @throws HubError
   */
  async describe(repository: HubRepository, name: string, signal?: AbortSignal): Promise<HubFile> {
    return withRetries(() => this.describeOnce(repository, name, signal), { mostAttempts, signal });
  }

  /** The same; undefined where the repository has no such file. */
  async describeIfThere(repository: HubRepository, name: string, signal?: AbortSignal): Promise<HubFile | undefined> {
    return this.describe(repository, name, signal).catch((error: unknown) => {
      if (isFileNotFound(error)) return undefined;
      throw error;
    });
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
    const from = { name: repository, revision: file.commit };
    let url = this.fileUrl(from, file.name);
    const range: Record<string, string> = start > 0 ? { range: `bytes=${start}-` } : {};
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      const response = await this.connection.send('GET', url, range, signal);
      const next = redirectTarget(response, url);
      if (!next && response.statusCode < 400) return { body: response.body, start: startOf(response, start, url) };
      await response.body.dump();
      if (!next) throw this.failure(response, url, from, file.name);
      url = next;
    }
    throw tooManyRedirects(file.name);
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private async describeOnce(from: HubRepository, name: string, signal: AbortSignal | undefined): Promise<HubFile> {
    let url = this.fileUrl(from, name);
    const told = new Map<string, string>();
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      const response = await this.sendHead(url, signal);
      if (response.statusCode >= 400) throw this.failure(response, url, from, name);
      for (const field of Object.keys(response.headers)) told.set(field, header(response.headers, field));
      const next = redirectTarget(response, url);
      if (next && this.connection.isHub(next)) url = next;
      else return toldOf(told, from, name, next !== undefined);
    }
    throw tooManyRedirects(name);
  }

  /** Not every server that answers as a hub knows HEAD; a GET's first lines say the same. */
  private async sendHead(url: URL, signal: AbortSignal | undefined): Promise<Response> {
    const response = await this.connection.send('HEAD', url, {}, signal);
    await response.body.dump();
    if (response.statusCode !== 405 && response.statusCode !== 501) return response;
    const whole = await this.connection.send('GET', url, {}, signal);
    whole.body.on('error', () => undefined).destroy(); // the bytes are not wanted
    return whole;
  }

  private failure(response: Response, url: URL, { name, revision }: HubRepository, file: string): HubError {
    // Storage refuses signatures that have run out: the hub gives a new one.
    if (!this.connection.isHub(url)) return serverFailure(response, `${name}/${file}: ${url.host}`);
    const { host, hasToken } = this.connection;
    return hubRefusal(response, { repository: name, revision, file, host, hasToken })!;
  }

  private fileUrl({ name, revision }: HubRepository, file: string): URL {
    return new URL(`${this.connection.endpoint}/${name}/resolve/${encodeURIComponent(revision)}/${file}`);
  }
}

function toldOf(told: Map<string, string>, from: HubRepository, name: string, isElsewhere: boolean): HubFile {
  const size = told.get('x-linked-size') ?? (isElsewhere ? undefined : told.get('content-length'));
  const digest = plainTag(told.get('x-linked-etag') ?? told.get('etag') ?? '');
  return {
    name,
    commit: told.get('x-repo-commit') ?? from.revision,
    digest: isHubDigest(digest) ? digest : undefined,
    bytes: size === undefined ? undefined : Number(size),
  };
}

function redirectTarget({ statusCode, headers }: Response, url: URL): URL | undefined {
  const location = header(headers, 'location');
  return statusCode >= 300 && statusCode < 400 && location ? new URL(location, url) : undefined;
}

/** Where an answer's bytes begin. */
function startOf({ statusCode, headers }: Response, asked: number, url: URL): number {
  if (statusCode !== 206) return 0;
  const start = Number(/^bytes (\d+)-/.exec(header(headers, 'content-range'))?.[1] ?? asked);
  if (start !== asked)
    throw new HubError('hub-unavailable', `${url.host} sends from byte ${start} instead of ${asked}`);
  return start;
}

function tooManyRedirects(name: string): HubError {
  return new HubError('hub-unavailable', `${name}: more than ${mostRedirects} redirects`);
}

/** An ETag without its quotes and without the mark of a weak one. */
function plainTag(tag: string): string {
  return tag.replace(/^W\//, '').replace(/^"|"$/g, '');
}
