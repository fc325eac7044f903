import type { Dispatcher } from 'undici';
import { httpStatusError } from './http-status.errors.js';
import { readBody } from './response-body.js';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** One server's answer, its body still on its way. Either `read` or `discard` it. */
export class HttpAnswer {
  constructor(
    readonly url: URL,
    private readonly response: Dispatcher.ResponseData,
  ) {
    // A body that is given up on says so in an event that nobody else listens for.
    response.body.on('error', () => undefined);
  }

  /** Where it redirects to, as the server wrote it. */
  get location(): string | undefined {
    return REDIRECTS.has(this.response.statusCode) ? this.header('location') : undefined;
  }

  /** The picture's bytes. @throws FetchError */
  async read(largest: number): Promise<Uint8Array> {
    try {
      const { statusCode, body } = this.response;
      if (statusCode < 200 || statusCode > 299) throw httpStatusError(statusCode, this.url, this.header('retry-after'));
      const headers = { length: this.header('content-length'), encoding: this.header('content-encoding') };
      return await readBody(body, headers, largest);
    } finally {
      this.discard();
    }
  }

  discard(): void {
    this.response.body.destroy();
  }

  private header(name: string): string | undefined {
    const value = this.response.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }
}
