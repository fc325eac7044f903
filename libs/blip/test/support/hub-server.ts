import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Bytes of a body after which the connection is cut. */
type Cut = number;

/**
 * A hub as huggingface.co is one: `/<owner>/<name>/resolve/<revision>/<file>` with ETags and the commit; large files are
 * announced there and redirected to a CDN (another origin), which serves ranges and asks for no token; small ones are
 * redirected to a cache of the hub's own.
 */
export class HubServer {
  readonly commit = 'a'.repeat(40);
  /** Every request as `hub|cdn METHOD path range`. */
  readonly requests: string[] = [];
  /** Authorization headers that the CDN was sent. */
  readonly leakedTokens: string[] = [];
  /** The next bodies of the CDN end early, after so many bytes. */
  cuts: Cut[] = [];
  /** What a cut waits for, once what comes before it has been sent. */
  beforeCut: () => Promise<unknown> = async () => undefined;
  /** What the CDN serves instead, with the right length. */
  corrupted: Buffer | undefined;
  requiredToken: string | undefined;
  /** Where the hub listens. */
  endpoint = '';
  private readonly hub: Server;
  private readonly cdn: Server;

  constructor(
    private readonly repository: string,
    private readonly files: Readonly<Record<string, Buffer>>,
    /** Files from this size on lie on the CDN. */
    private readonly largeFrom: number,
  ) {
    this.hub = createServer((request, response) => this.answerAsHub(request, response));
    this.cdn = createServer((request, response) => this.answerAsCdn(request, response));
  }

  async listen(): Promise<void> {
    for (const server of [this.hub, this.cdn]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    }
    this.endpoint = origin(this.hub);
  }

  async close(): Promise<void> {
    for (const server of [this.hub, this.cdn]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  private answerAsHub(request: IncomingMessage, response: ServerResponse): void {
    this.log('hub', request);
    const cached = /^\/cache\/(.+)$/.exec(request.url!)?.[1];
    if (cached) {
      this.serveSmall(this.files[cached]!, request, response);
      return;
    }
    const [, repository, revision, name] = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(request.url!) ?? [];
    if (repository !== this.repository) {
      // the hub does not tell strangers whether a repository exists
      response
        .writeHead(401, { 'x-error-code': 'RepoNotFound', 'x-error-message': 'Invalid username or password.' })
        .end();
      return;
    }
    if (this.requiredToken && request.headers.authorization !== `Bearer ${this.requiredToken}`) {
      response.writeHead(403, { 'x-error-code': 'GatedRepo' }).end();
      return;
    }
    const bytes = this.files[name!];
    if (!bytes || ![this.commit, 'main'].includes(revision!)) {
      response.writeHead(404, { 'x-error-code': 'EntryNotFound', 'x-error-message': 'Entry not found' }).end();
      return;
    }
    if (bytes.length >= this.largeFrom) this.redirect(name!, bytes, response);
    else response.writeHead(307, { location: `/cache/${name}`, 'x-repo-commit': this.commit }).end();
  }

  private redirect(name: string, bytes: Buffer, response: ServerResponse): void {
    response
      .writeHead(302, {
        location: `${origin(this.cdn)}/${name}?signature=of-today`,
        etag: `"${'f'.repeat(32)}"`,
        'x-linked-etag': `"${createHash('sha256').update(bytes).digest('hex')}"`,
        'x-linked-size': bytes.length,
        'x-repo-commit': this.commit,
      })
      .end();
  }

  private serveSmall(bytes: Buffer, request: IncomingMessage, response: ServerResponse): void {
    const etag = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
    response.writeHead(200, { etag: `W/"${etag}"`, 'content-length': bytes.length });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  }

  private answerAsCdn(request: IncomingMessage, response: ServerResponse): void {
    this.log('cdn', request);
    if (request.headers.authorization) this.leakedTokens.push(request.headers.authorization);
    const name = new URL(request.url!, this.endpoint).pathname.slice(1);
    const bytes = this.corrupted ?? this.files[name]!;
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const headers = { 'content-length': bytes.length - start, 'accept-ranges': 'bytes' };
    if (start > 0)
      response.writeHead(206, { ...headers, 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` });
    else response.writeHead(200, headers);
    const cut = this.cuts.shift();
    if (cut === undefined) response.end(bytes.subarray(start));
    else
      response.write(
        bytes.subarray(start, start + cut),
        () => void this.beforeCut().then(() => response.socket?.end()),
      );
  }

  private log(server: 'hub' | 'cdn', { method, url, headers }: IncomingMessage): void {
    this.requests.push([server, method, url!.split('?')[0], headers.range].filter(Boolean).join(' '));
  }
}

function origin(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
