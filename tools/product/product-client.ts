import { ToolError } from '../tool-error.js';
import type { Product } from './find-product.js';

const answerWithinMs = 30_000;

/** `GET /metrics` as JSON. A length that the broker does not tell is null. */
export interface ProductMetrics {
  timestamp: string;
  queues: Record<string, { name: string; messages: number | null }>;
  jobs: { total: number; by_status: Record<string, number> };
}

/** `GET /status/<job_id>`, of that what is measured by. Times are ISO 8601, all by the database's clock. */
export interface JobStatus {
  status: 'queued' | 'processing' | 'completed' | 'failed';
  timestamp: string;
  started_at: string | null;
  finished_at: string | null;
  result: { error?: string } | null;
}

export interface PictureToUpload {
  bytes: Uint8Array;
  /** `image/jpeg` … */
  type: string;
  fileName: string;
  /** Comma-separated. */
  operations: string;
}

/** The API answered, with something else than was asked for. */
export class UnexpectedAnswerError extends Error {
  constructor(
    readonly status: number,
    /** From `Retry-After`, where the answer has one. */
    readonly retryAfterSeconds: number | undefined,
    detail: string,
  ) {
    super(`${status} ${detail}`);
  }
}

/** The product through its public doors: every call with a time limit. */
export class ProductClient {
  constructor(private readonly product: Product) {}

  /** @returns the job's id @throws UnexpectedAnswerError, or an error of `fetch` */
  async upload({ bytes, type, fileName, operations }: PictureToUpload): Promise<string> {
    const form = new FormData();
    form.set('operations', operations);
    form.set('file', new Blob([Uint8Array.from(bytes)], { type }), fileName);
    const answer = await this.call(`${this.product.apiUrl}/upload`, { method: 'POST', body: form });
    return ((await answer.json()) as { job_id: string }).job_id;
  }

  async status(jobId: string): Promise<JobStatus> {
    return (await this.call(`${this.product.apiUrl}/status/${jobId}`)).json() as Promise<JobStatus>;
  }

  async metrics(): Promise<ProductMetrics> {
    const answer = await this.call(`${this.product.adminUrl}/metrics?format=json`);
    return answer.json() as Promise<ProductMetrics>;
  }

  /** The same for Prometheus, with more in it. */
  async prometheusMetrics(): Promise<string> {
    return (await this.call(`${this.product.adminUrl}/metrics`)).text();
  }

  /** @throws ToolError `no-product`, one line that says where it was looked for */
  async expectRunning(): Promise<ProductMetrics> {
    const { adminUrl, toldBy } = this.product;
    try {
      const metrics = await this.metrics();
      if (metrics.jobs && metrics.queues) return metrics;
      throw new Error('its metrics are of something else');
    } catch (error) {
      const why = reasonOf(error);
      throw new ToolError('no-product', `No product answers at ${adminUrl} (${toldBy}): ${why}`, { cause: error });
    }
  }

  private async call(url: string, request: RequestInit = {}): Promise<Response> {
    const { apiKey } = this.product;
    const headers: Record<string, string> = apiKey ? { authorization: `Bearer ${apiKey}` } : {};
    const answer = await fetch(url, { ...request, headers, signal: AbortSignal.timeout(answerWithinMs) });
    if (answer.ok) return answer;
    const problem = (await answer.json().catch(() => ({}))) as { detail?: string }; // a problem document, by RFC 9457
    const retryAfter = Number(answer.headers.get('retry-after') ?? NaN);
    throw new UnexpectedAnswerError(
      answer.status,
      Number.isFinite(retryAfter) ? retryAfter : undefined,
      problem.detail ?? answer.statusText,
    );
  }
}

/** Why a call failed, in one line. `fetch` says only that it failed, and its cause why. */
export function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  const reason = cause?.code ?? cause?.message ?? message;
  return reason.split('\n')[0] ?? reason;
}
