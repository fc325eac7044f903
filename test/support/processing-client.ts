import type { CaptioningClient } from './captioning-client.js';
import { until, type UntilOptions } from './until.js';

/** What `GET /status/<job_id>` says. */
export interface ProcessingStatus {
  status: 'queued' | 'processing' | 'completed' | 'failed';
  operations: string[];
  timestamp: string;
  file_name: string | null;
  job_id: string;
  options: object;
  attempts: number;
  started_at: string | null;
  finished_at: string | null;
  result: {
    processed_key: string;
    download_url: string;
    width: number;
    height: number;
    bytes: number;
    format: string;
    error: string;
    message: string;
  } | null;
}

/** What `GET /dlq/stats` says of jobs that are dead. */
export interface DeadLetterCounts {
  dlq: string;
  failed_messages: number;
  timestamp: string;
  reasons: Record<string, number>;
}

export interface Upload {
  picture: Uint8Array;
  /** `image/png` by default. */
  type?: string;
  fileName?: string;
  operations?: string;
  options?: object;
  /** Of the client. */
  apiKey?: string;
  /** Milliseconds until it is given up; as long as it takes, by default. */
  within?: number;
}

/** Uploads pictures to be processed, as a program with `fetch` does. */
export class ProcessingClient {
  constructor(private readonly client: CaptioningClient) {}

  /** @returns the answer as it is */
  async tryUpload({ picture, type = 'image/png', fileName = 'picture', ...rest }: Upload): Promise<Response> {
    const form = new FormData();
    if (rest.operations !== undefined) form.set('operations', rest.operations);
    form.set('file', new Blob([Uint8Array.from(picture)], { type }), fileName);
    if (rest.options !== undefined) form.set('options', JSON.stringify(rest.options));
    return this.post(form, rest.apiKey, rest.within);
  }

  post(form: FormData, apiKey?: string, within?: number): Promise<Response> {
    const signal = within === undefined ? undefined : AbortSignal.timeout(within);
    return fetch(`${this.client.url}/upload`, { method: 'POST', body: form, headers: keyHeaders(apiKey), signal });
  }

  /** @returns the job's id @throws for any other answer than 200 */
  async upload(upload: Upload): Promise<string> {
    const answer = await this.tryUpload(upload);
    if (answer.status !== 200) throw new Error(`POST /upload answered ${answer.status}: ${await answer.text()}`);
    return ((await answer.json()) as { job_id: string }).job_id;
  }

  async status(jobId: string, apiKey?: string): Promise<ProcessingStatus> {
    const answer = await this.client.call('GET', `/status/${jobId}`, undefined, keyHeaders(apiKey));
    if (answer.status !== 200) throw new Error(`the status of ${jobId}: ${answer.status} ${answer.text}`);
    return answer.json as unknown as ProcessingStatus;
  }

  /** Waits until the job has ended, whichever way. */
  ended(jobId: string, apiKey?: string, options: UntilOptions = {}): Promise<ProcessingStatus> {
    return until(
      `job ${jobId} has ended`,
      async () => {
        const status = await this.status(jobId, apiKey);
        return status.result !== null && status;
      },
      { within: 60_000, ...options },
    );
  }

  async deadLetters(): Promise<DeadLetterCounts> {
    return (await this.client.get('/dlq/stats')).json as unknown as DeadLetterCounts;
  }

  /** The processed picture. */
  async picture(jobId: string, headers: Record<string, string> = {}): Promise<{ answer: Response; bytes: Buffer }> {
    const answer = await fetch(`${this.client.url}/processed/${jobId}`, { headers });
    return { answer, bytes: Buffer.from(await answer.arrayBuffer()) };
  }
}

function keyHeaders(apiKey: string | undefined): Record<string, string> {
  return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
}
