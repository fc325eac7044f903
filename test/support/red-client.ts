/** A measurement as `POST /red` answers with it. */
export interface AnsweredMeasurement {
  measurement_id: string;
  file_name: string | null;
  red: number;
  red_channel_mean: number;
  width: number;
  height: number;
  measured_at: string;
}

export interface AnsweredStatistics {
  from: string;
  to: string;
  images: number;
  above: { threshold: number; images: number };
  buckets?: { from: string; images: number; above: number }[];
}

export interface SentFile {
  name: string;
  bytes: Uint8Array;
  type?: string;
}

/** An answer of the API, whose body is not looked at before somebody asks for it. */
export interface RedAnswer {
  status: number;
  milliseconds: number;
  headers: Headers;
  bytes: Uint8Array;
  json<T>(): T;
}

const timeLimitMs = 30_000;

/** A client of the API that measures pictures, with a key of its own. */
export class RedClient {
  constructor(
    readonly url: string,
    readonly clientId: string,
    readonly apiKey: string,
  ) {}

  /** Has the operator add a client. */
  static async add(url: string, operatorToken: string, name: string): Promise<RedClient> {
    const answer = await exchange(`${url}/clients`, {
      method: 'POST',
      body: JSON.stringify({ name }),
      headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
    });
    const { client_id, api_key } = answer.json<{ client_id: string; api_key: string }>();
    return new RedClient(url, client_id, api_key);
  }

  send(files: readonly SentFile[]): Promise<RedAnswer> {
    const form = new FormData();
    files.forEach(({ name, bytes, type = 'image/png' }, index) =>
      form.append(`picture-${index}`, new Blob([Uint8Array.from(bytes)], { type }), name),
    );
    return this.call('POST', '/red', form);
  }

  /** @throws Error for another status than 200 */
  async measure(...pictures: Uint8Array[]): Promise<AnsweredMeasurement[]> {
    const answer = await this.send(pictures.map((bytes, index) => ({ name: `${index}.png`, bytes })));
    if (answer.status !== 200)
      throw new Error(`POST /red answered ${answer.status}: ${Buffer.from(answer.bytes).toString('utf8')}`);
    return answer.json<{ measurements: AnsweredMeasurement[] }>().measurements;
  }

  async statistics(query: Record<string, string> = {}): Promise<AnsweredStatistics> {
    return (await this.get(`/red/stats?${new URLSearchParams(query).toString()}`)).json();
  }

  async measurements(query: Record<string, string> = {}): Promise<AnsweredMeasurement[]> {
    const answer = await this.get(`/red/measurements?${new URLSearchParams(query).toString()}`);
    return answer.json<{ measurements: AnsweredMeasurement[] }>().measurements;
  }

  get(path: string): Promise<RedAnswer> {
    return this.call('GET', path);
  }

  call(
    method: string,
    path: string,
    body?: RequestInit['body'],
    headers: Record<string, string> = {},
  ): Promise<RedAnswer> {
    return exchange(`${this.url}${path}`, {
      method,
      body,
      headers: { authorization: `Bearer ${this.apiKey}`, ...headers },
    });
  }
}

/** One request, its answer read whole. */
export async function exchange(url: string, request: RequestInit): Promise<RedAnswer> {
  const startedAt = performance.now();
  const response = await fetch(url, { ...request, signal: AbortSignal.timeout(timeLimitMs) });
  const bytes = new Uint8Array(await response.arrayBuffer());
  return {
    status: response.status,
    milliseconds: performance.now() - startedAt,
    headers: response.headers,
    bytes,
    json: <T>() => JSON.parse(Buffer.from(bytes).toString('utf8')) as T,
  };
}
