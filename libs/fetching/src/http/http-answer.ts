import type { Dispatcher } from 'undici';
import { readBody } from './response-body.js';
import { toFetchError } from './transport.errors.js';

const redirects = new Set([301, 302, 303, 307, 308]);

/** One server's answer, its body still on its way. `read`, `finish` or `discard` it. */
export class HttpAnswer {
  constructor(
    /** Who answered, after redirects. */
    readonly url: URL,
    private readonly response: Dispatcher.ResponseData,
  ) {
    // A body that is given up on says so in an event that nobody else listens for.
    response.body.on('error', () => undefined);
  }

  get status(): number {
    return this.response.statusCode;
  }

  /** Where it redirects to, as the server wrote it. */
  get location(): string | undefined {
    return redirects.has(this.status) ? this.header('location') : undefined;
  }

  /** A header field's first value, by its name in lower case. */
  header(name: string): string | undefined {
    const value = this.response.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /**
   * The body's bytes, unpacked.
   * @param largest in bytes; reading stops the moment that there are more, announced or sent, packed or unpacked
   * @throws FetchError `body-too-large`, `body-unreadable`, `connection-failed`, `fetch-timeout`
   */
  async read(largest: number): Promise<Uint8Array> {
    const headers = { length: this.header('content-length'), encoding: this.header('content-encoding') };
    try {
      return await readBody(this.response.body, headers, largest);
    } catch (error) {
      throw toFetchError(error, this.url);
    }
  }

  /**
   * Throws the rest of the body away and keeps the connection for the next request, unless that are more bytes, or they take longer.
   * Never rejects.
   */
  async finish(most: { bytes: number; milliseconds: number }): Promise<void> {
    const timer = setTimeout(() => this.discard(), most.milliseconds);
    try {
      await this.response.body.dump({ limit: most.bytes });
    } catch {
      // a body that breaks off is as good as one that ends
    } finally {
      clearTimeout(timer);
    }
  }

  discard(): void {
    this.response.body.destroy();
  }
}
