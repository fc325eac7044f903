import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { until, type UntilOptions } from './until.js';

const readsAtOnce = 32;
const captionJobsSent =
  'messaging_client_sent_messages_total{messaging_system="rabbitmq",messaging_destination_name="caption.requested",messaging_operation_name="publish",error_type=""}';

/** The fields of the public API's answers. */
export interface AnswerBody {
  image_id: number;
  image_ids: number[];
  description: string;
  /** Of a problem document: the HTTP status; of a readiness report: `ok` or `error`. */
  status: number | string;
  code: string;
  detail: string;
  letters: { id: number; imageId: number | null; queue: string; code: string; reason: string; attempts: number }[];
  count: number;
  /** Of a readiness report: what is down. */
  error: Record<string, { status: string; message: string }>;
  /** Of an OpenAPI description. */
  paths: object;
}

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
  /** The body, parsed; undefined where it is no JSON. Which of the fields are there depends on the call. */
  json: AnswerBody;
  /** From the call until the whole answer was there. */
  milliseconds: number;
}

/** What `GET /images/<id>/status` says. */
export interface Status {
  imageId: number;
  status: 'queued' | 'processing' | 'described' | 'failed';
  description: string | null;
  confidence: number | null;
  captions: { text: string; confidence: number | null }[];
  tag: string | null;
  options: { prompt?: string; beams?: number; captions?: number; max_length?: number };
  model: string | null;
  attempts: number;
  failure: { code: string; message: string } | null;
  queuedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
}

const timeLimitMs = 30_000;
/** Connections kept for later; what a crowd of requests opened beyond that is closed after it. */
const idleConnections = 16;

/** A client of the public API. Paths go out exactly as they are given: nobody makes `/a/../b` into `/b`. */
export class CaptioningClient {
  private readonly agent = new Agent({ keepAlive: true, maxFreeSockets: idleConnections });

  /** @param operatorToken the API's ADMIN_TOKEN */
  constructor(
    readonly url: string,
    private readonly operatorToken?: string,
  ) {}

  async call(
    method: string,
    path: string,
    body?: string | Uint8Array,
    headers: Record<string, string> = {},
    within = timeLimitMs,
  ): Promise<Answer> {
    const startedAt = performance.now();
    const response = await this.open(method, path, body, headers, within);
    const received = await text(response);
    const milliseconds = performance.now() - startedAt;
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      text: received,
      json: parsed(received) as AnswerBody,
      milliseconds,
    };
  }

  /** The answer while its body still comes: for streams of events. */
  open(
    method: string,
    path: string,
    body?: string | Uint8Array,
    headers: Record<string, string> = {},
    within = timeLimitMs,
  ): Promise<IncomingMessage> {
    const { hostname, port } = new URL(this.url);
    return new Promise((resolve, reject) => {
      const outgoing = request({ hostname, port, method, path, headers, agent: this.agent, timeout: within }, resolve);
      outgoing.once('error', reject);
      outgoing.once('timeout', () => outgoing.destroy(new Error(`${method} ${path}: no answer in ${within} ms`)));
      outgoing.end(body);
    });
  }

  /** A call that is kept to the operator. */
  callAsOperator(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call(method, path, body, { authorization: `Bearer ${this.operatorToken}`, ...headers });
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  /** @param within milliseconds that the connection may be silent */
  postJson(path: string, body: unknown, headers: Record<string, string> = {}, within = timeLimitMs): Promise<Answer> {
    return this.call('POST', path, JSON.stringify(body), { 'content-type': 'application/json', ...headers }, within);
  }

  /** Posts a picture's URL. @returns the id that the API answered with @throws for any other answer than 200 */
  async submit(imageUrl: string, headers: Record<string, string> = {}): Promise<number> {
    const answer = await this.postJson('/images', { image_url: imageUrl }, headers);
    if (answer.status !== 200) throw new Error(`POST /images answered ${answer.status}: ${answer.text}`);
    return answer.json.image_id;
  }

  /** Posts a picture itself. @returns the same @throws the same */
  async upload(picture: Uint8Array): Promise<number> {
    const form = new FormData();
    form.set('image', new Blob([Uint8Array.from(picture)]), 'picture');
    const encoded = new Response(form);
    const headers = { 'content-type': encoded.headers.get('content-type') ?? '' };
    const answer = await this.call('POST', '/images', new Uint8Array(await encoded.arrayBuffer()), headers);
    if (answer.status !== 200) throw new Error(`the upload was answered ${answer.status}: ${answer.text}`);
    return answer.json.image_id;
  }

  submitAll(imageUrls: readonly string[]): Promise<number[]> {
    return Promise.all(imageUrls.map((url) => this.submit(url)));
  }

  /** What `GET /images` lists. */
  async finishedIds(query = ''): Promise<number[]> {
    const answer = await this.get(`/images${query}`);
    if (answer.status !== 200) throw new Error(`GET /images answered ${answer.status}: ${answer.text}`);
    return answer.json.image_ids;
  }

  async status(imageId: number): Promise<Status> {
    const answer = await this.get(`/images/${imageId}/status`);
    if (answer.status !== 200) throw new Error(`the status of ${imageId}: ${answer.status} ${answer.text}`);
    return answer.json as unknown as Status;
  }

  /** The same, or undefined where the API knows no such image. */
  async statusIfKnown(imageId: number): Promise<Status | undefined> {
    const answer = await this.get(`/images/${imageId}/status`);
    if (answer.status !== 200 && answer.status !== 404) {
      throw new Error(`the status of ${imageId}: ${answer.status} ${answer.text}`);
    }
    return answer.status === 200 ? (answer.json as unknown as Status) : undefined;
  }

  /** A few at a time: a thousand at once may be refused where the machine has much else to do. */
  async statuses(imageIds: readonly number[]): Promise<Status[]> {
    const statuses: Status[] = [];
    for (let first = 0; first < imageIds.length; first += readsAtOnce) {
      statuses.push(...(await Promise.all(imageIds.slice(first, first + readsAtOnce).map((id) => this.status(id)))));
    }
    return statuses;
  }

  /** Waits until `GET /images` lists all of them, and gives their descriptions in the same order. */
  async descriptionsOf(imageIds: readonly number[], options: UntilOptions = {}): Promise<string[]> {
    await this.listed(imageIds, options);
    const answers = await Promise.all(imageIds.map((id) => this.get(`/images/${id}`)));
    return answers.map(({ status, text: received, json }) => {
      if (status !== 200) throw new Error(`a listed image answered ${status}: ${received}`);
      return json.description;
    });
  }

  async listed(imageIds: readonly number[], options: UntilOptions = {}): Promise<void> {
    let missing: readonly number[] = imageIds;
    await until(
      'all ids are listed as finished',
      async () => {
        const finished = new Set(await this.finishedIds());
        missing = imageIds.filter((id) => !finished.has(id));
        if (missing.length > 0) throw new Error(`missing: ${missing.slice(0, 20).join(', ')} (${missing.length})`);
        return true;
      },
      { within: 60_000, ...options },
    );
  }

  /** Waits until the image has ended as failed. */
  async failed(imageId: number, options: UntilOptions = {}): Promise<Status> {
    return until(
      `image ${imageId} has failed`,
      async () => {
        const status = await this.status(imageId);
        return status.status === 'failed' && status;
      },
      options,
    );
  }

  /** Waits until the image has ended as failed once more. @param finishedAt when it did before */
  failedAfter(imageId: number, finishedAt: string): Promise<Status> {
    return until(`image ${imageId} has failed again`, async () => {
      const status = await this.status(imageId);
      return status.status === 'failed' && status.finishedAt! > finishedAt && status;
    });
  }

  async ready(): Promise<boolean> {
    return (await this.get('/health/ready')).status === 200;
  }

  /** The value of one metric, 0 where it was never counted. @param series its name, with its labels where it has some */
  async metric(series: string): Promise<number> {
    const lines = (await this.get('/metrics')).text.split('\n');
    const line = lines.find((each) => each.startsWith(`${series} `));
    return Number(line?.slice(series.length) ?? 0);
  }

  /** How many caption jobs this replica has sent to the broker. */
  captionJobsSent(): Promise<number> {
    return this.metric(captionJobsSent);
  }

  close(): void {
    this.agent.destroy();
  }
}

function parsed(received: string): unknown {
  try {
    return JSON.parse(received);
  } catch {
    return undefined;
  }
}
