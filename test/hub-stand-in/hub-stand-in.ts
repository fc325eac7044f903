import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import {
  bytesOf,
  digestOf,
  isLarge,
  sizeOf,
  type Content,
  type StandInCommit,
  type StandInRepository,
} from './stand-in-repository.js';

/** An answer that the hub gives instead of the right one. */
export interface Mishap {
  status: number;
  headers?: Record<string, string>;
}

/**
 * A hub as huggingface.co is one: `HEAD` and `GET /<owner>/<name>/resolve/<revision>/<file>`. Large files are announced
 * there with `X-Linked-Etag` and `X-Linked-Size` and redirected to storage (another origin), which serves ranges and asks
 * for no token; small ones are redirected to a cache of the hub's own. `GET /api/models/<owner>/<name>[/revision/<revision>]`
 * lists the files. What is refused carries `x-error-code`.
 */
export class HubStandIn {
  /** Every request as `hub|storage METHOD path range`. */
  readonly requests: string[] = [];
  /** Authorization headers that the storage was sent. */
  readonly leakedTokens: string[] = [];
  /** The only token that the hub knows. */
  token: string | undefined;
  /** The next answers of the hub. */
  mishaps: Mishap[] = [];
  /** The next answers of the storage. */
  storageMishaps: Mishap[] = [];
  /** The next bodies of the storage end early, after so many bytes. */
  cuts: number[] = [];
  /** What a cut waits for, once what comes before it has been sent. */
  beforeCut: () => Promise<unknown> = async () => undefined;
  /** What the storage serves instead, with the right length. */
  corrupted: Buffer | undefined;
  /** Whether the hub answers HEAD. */
  knowsHead = true;
  /** Where the hub listens. */
  endpoint = '';
  private readonly hub = serverOf((request, response) => this.answerAsHub(request, response));
  private readonly storage = serverOf((request, response) => this.answerAsStorage(request, response));
  private readonly digests = new Map<Content, string>();

  constructor(readonly repositories: Record<string, StandInRepository>) {}

  async listen(port = 0): Promise<void> {
    await new Promise<void>((resolve) => this.hub.listen(port, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => this.storage.listen(0, '127.0.0.1', resolve));
    this.endpoint = origin(this.hub);
  }

  async close(): Promise<void> {
    for (const server of [this.hub, this.storage]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  private async answerAsHub(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.log('hub', request);
    const mishap = this.mishaps.shift();
    if (mishap) return refuse(response, mishap.status, mishap.headers);
    if (request.method === 'HEAD' && !this.knowsHead) return refuse(response, 501);
    const path = new URL(request.url!, this.endpoint).pathname;
    const cached = /^\/cache\/([^/]+)\/([^/]+)\/(.+)$/.exec(path);
    if (cached) return this.serveSmall(cached.slice(1).map(decodeURIComponent), request, response);
    const listing = /^\/api\/models\/([^/]+\/[^/]+)(?:\/revision\/([^/]+))?$/.exec(path);
    const [, name = '', revision = 'main'] = listing ?? /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\//.exec(path) ?? [];
    const commit = this.commitOf(name, decodeURIComponent(revision), request, response);
    if (!commit) return;
    if (listing) return list(commit, response);
    return this.resolve(
      name,
      commit,
      decodeURIComponent(path.replace(/^\/[^/]+\/[^/]+\/resolve\/[^/]+\//, '')),
      response,
    );
  }

  /** Answers, and gives undefined, where the caller may not see the repository or there is no such revision. */
  private commitOf(
    name: string,
    revision: string,
    { headers }: IncomingMessage,
    response: ServerResponse,
  ): StandInCommit | undefined {
    const repository = this.repositories[name];
    const isKnown = headers.authorization !== undefined && headers.authorization === `Bearer ${this.token}`;
    if (headers.authorization !== undefined && !isKnown) {
      return void refuse(response, 401, { 'x-error-message': 'Invalid credentials in Authorization header' });
    }
    if (!repository || (repository.access === 'private' && !isKnown)) {
      // the hub does not tell strangers whether a repository exists
      const message = isKnown ? 'Repository not found' : 'Invalid username or password.';
      return void refuse(response, isKnown ? 404 : 401, { 'x-error-code': 'RepoNotFound', 'x-error-message': message });
    }
    if (repository.access === 'gated' && !isKnown) {
      const message = `Access to model ${name} is restricted. You must have access to it and be authenticated to access it.`;
      return void refuse(response, 401, { 'x-error-code': 'GatedRepo', 'x-error-message': message });
    }
    const byName = repository.revisions[revision];
    const commit = byName ?? Object.values(repository.revisions).find((candidate) => candidate.commit === revision);
    if (commit) return commit;
    const message = `Invalid rev id: ${revision}`;
    return void refuse(response, 404, { 'x-error-code': 'RevisionNotFound', 'x-error-message': message });
  }

  private async resolve(
    name: string,
    { commit, files }: StandInCommit,
    file: string,
    response: ServerResponse,
  ): Promise<void> {
    const content = Object.hasOwn(files, file) ? files[file]! : undefined;
    if (content === undefined) {
      return refuse(response, 404, { 'x-error-code': 'EntryNotFound', 'x-error-message': 'Entry not found' });
    }
    const place = [name, commit, file].map(encodeURIComponent).join('/');
    if (!isLarge(file)) {
      response.writeHead(307, { location: `/cache/${place}`, 'x-repo-commit': commit }).end();
      return;
    }
    response
      .writeHead(302, {
        location: `${origin(this.storage)}/${place}?signature=of-today`,
        etag: `"${'f'.repeat(32)}"`,
        'x-linked-etag': `"${await this.digest(file, content)}"`,
        'x-linked-size': await sizeOf(content),
        'x-repo-commit': commit,
        'accept-ranges': 'bytes',
      })
      .end();
  }

  private async serveSmall(
    [name, commit, file]: string[],
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const content = this.contentOf(name!, commit!, file!);
    response.writeHead(200, {
      etag: `W/"${await this.digest(file!, content)}"`,
      'content-length': await sizeOf(content),
      'x-repo-commit': commit,
    });
    if (request.method === 'HEAD') response.end();
    else await pipeline(bytesOf(content), response);
  }

  private async answerAsStorage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.log('storage', request);
    if (request.headers.authorization) this.leakedTokens.push(request.headers.authorization);
    const mishap = this.storageMishaps.shift();
    if (mishap) return refuse(response, mishap.status, mishap.headers);
    const path = new URL(request.url!, this.endpoint).pathname.slice(1);
    const [name, commit, file] = path.split('/').map(decodeURIComponent);
    const content = this.corrupted ?? this.contentOf(name!, commit!, file!);
    const size = await sizeOf(content);
    const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const headers = { 'content-length': size - start, 'accept-ranges': 'bytes' };
    if (start > 0) response.writeHead(206, { ...headers, 'content-range': `bytes ${start}-${size - 1}/${size}` });
    else response.writeHead(200, headers);
    const cut = this.cuts.shift();
    if (request.method === 'HEAD') response.end();
    else if (cut === undefined) await pipeline(bytesOf(content, start), response);
    else {
      await pipeline(bytesOf(content, start, start + cut), response, { end: false });
      await this.beforeCut();
      response.socket?.end();
    }
  }

  private contentOf(name: string, commit: string, file: string): Content {
    const { revisions } = this.repositories[name]!;
    return Object.values(revisions).find((candidate) => candidate.commit === commit)!.files[file]!;
  }

  /** Of a gigabyte it is made once. */
  private async digest(file: string, content: Content): Promise<string> {
    const known = this.digests.get(content) ?? (await digestOf(file, content));
    this.digests.set(content, known);
    return known;
  }

  private log(server: 'hub' | 'storage', { method, url, headers }: IncomingMessage): void {
    this.requests.push([server, method, url!.split('?')[0], headers.range].filter(Boolean).join(' '));
  }
}

function serverOf(answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Server {
  return createServer((request, response) => {
    // a client that goes away ends its own answer only
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
}

function refuse(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, headers).end();
}

function list({ commit, files }: StandInCommit, response: ServerResponse): void {
  const siblings = Object.keys(files).map((rfilename) => ({ rfilename }));
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ sha: commit, siblings }));
}

function origin(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
