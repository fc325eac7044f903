import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';

export interface S3Call {
  method: string;
  /** `/<bucket>/<key>` */
  path: string;
  /** The access key that signed it. */
  caller: string;
}

/** Where a call can be stopped: before it has its effect, when it has it and before anybody hears of it, or when the caller has been sent all of the answer. */
export type S3Moment = 'arrived' | 'done' | 'answered';

/**
 * The few lines of S3 that our storage speaks, with conditional writes, in memory. What a real server does rarely, this
 * one does when it is told to: it fails, hangs, is slow, is full, or stops a call half-way.
 */
export class ConditionalS3Server {
  /** By `/<bucket>/<key>`. */
  readonly objects = new Map<string, Uint8Array>();
  bucket = false;
  /** Of all objects, in lists. */
  modifiedAt = new Date().toISOString();
  bucketsCreated = 0;
  /** What writes are answered with instead of being done; 200 does them. 507 is a full server. */
  putStatus = 200;
  /** What every call is answered with; 200 does them. */
  status = 200;
  /** Takes calls and never answers. */
  hangs = false;
  /** Milliseconds before each answer. */
  delayMs = 0;
  /** Whether callers may list the bucket: those who may not are told 403 of what is missing. */
  canList = true;
  refusesConditions = false;
  beforePut: () => unknown = () => undefined;
  readonly nextRequest: Promise<void>;
  private requested: () => void = () => undefined;
  private watcher?: (call: S3Call, moment: S3Moment) => Promise<void> | undefined;
  private portInUse?: number;

  private constructor(private readonly server: Server) {
    this.nextRequest = new Promise((resolve) => (this.requested = resolve));
  }

  static async start(): Promise<ConditionalS3Server> {
    const server = createServer();
    const started = new ConditionalS3Server(server);
    server.on('request', (request, response) => {
      started.serve(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  get port(): number {
    return (this.portInUse ??= (this.server.address() as AddressInfo).port);
  }

  /**
   * Stops the next call that matches, at that moment.
   * @returns resolves when it is stopped there, with the call and what lets it go on
   */
  hold(matches: (call: S3Call) => boolean, at: S3Moment): Promise<S3Call & { goOn: () => void }> {
    return new Promise((resolve) => {
      this.watcher = (call, moment) => {
        if (moment !== at || !matches(call)) return undefined;
        this.watcher = undefined;
        return new Promise<void>((goOn) => resolve({ ...call, goOn }));
      };
    });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    if (this.server.listening) this.portInUse = this.port;
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    this.requested();
    if (this.hangs) return;
    const caller = /Credential=([^/]*)/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const call = { method: request.method ?? '', path: (request.url ?? '/').split('?')[0] ?? '/', caller };
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    await this.watcher?.(call, 'arrived');
    const query = new URL(request.url ?? '/', 'http://host').searchParams;
    const { range, 'if-none-match': condition } = request.headers;
    const answer = this.answer(call, body, { condition, range, query });
    await this.watcher?.(call, 'done');
    const headers = answer.status === 206 ? { 'content-range': range?.replace('=', ' ') + '/*' } : {};
    response.once('finish', () => void this.watcher?.(call, 'answered'));
    response.writeHead(answer.status, headers).end(answer.body);
  }

  private answer(
    { method, path }: S3Call,
    body: Uint8Array,
    { condition, range, query }: { condition?: string | undefined; range?: string | undefined; query: URLSearchParams },
  ): { status: number; body?: Uint8Array } {
    if (this.status !== 200) return { status: this.status };
    if (/^\/[^/]+\/?$/.test(path)) {
      if (method === 'GET') return this.listing(path.replace(/\/$/, ''), query);
      this.bucket = true;
      this.bucketsCreated++;
      return { status: 200 };
    }
    if (!this.bucket) return noSuchBucket;
    const found = this.objects.get(path);
    if (method === 'GET' && found) return range === undefined ? { status: 200, body: found } : partOf(found, range);
    if (method === 'GET') return { status: this.canList ? 404 : 403 };
    if (method === 'DELETE') {
      this.objects.delete(path);
      return { status: 204 };
    }
    this.beforePut();
    if (this.putStatus !== 200) return { status: this.putStatus };
    if (condition === '*' && this.refusesConditions) return { status: 501 };
    if (condition === '*' && this.objects.has(path)) return { status: 412 };
    this.objects.set(path, body);
    return { status: 200 };
  }

  /** A page of what lies right below a folder. */
  private listing(bucket: string, query: URLSearchParams): { status: number; body?: Uint8Array } {
    if (!this.bucket) return noSuchBucket;
    if (!this.canList) return { status: 403 };
    const start = `${bucket}/${query.get('prefix') ?? ''}`;
    const first = Number(query.get('continuation-token') ?? 0);
    const end = first + Number(query.get('max-keys') ?? 1_000);
    const found = [...this.objects.keys()].filter(
      (path) => path.startsWith(start) && !path.slice(start.length).includes('/'),
    );
    const contents = found
      .slice(first, end)
      .map((path) => path.slice(bucket.length + 1))
      .map((key) => `<Contents><Key>${key}</Key><LastModified>${this.modifiedAt}</LastModified></Contents>`);
    const next = found.length > end ? `<NextContinuationToken>${end}</NextContinuationToken>` : '';
    return { status: 200, body: Buffer.from(`<ListBucketResult>${next}${contents.join('')}</ListBucketResult>`) };
  }
}

function partOf(object: Uint8Array, range: string): { status: number; body?: Uint8Array } {
  const [first = 0, last = 0] = range.replace('bytes=', '').split('-').map(Number);
  return first < object.length ? { status: 206, body: object.subarray(first, last + 1) } : { status: 416 };
}

const noSuchBucket = { status: 404, body: Buffer.from('<Error><Code>NoSuchBucket</Code></Error>') };
