import { FetchError } from './fetching.errors.js';
import type { HostGate } from './hosts/host-gate.js';
import { TrackedDownload } from './hosts/tracked-download.js';
import type { HttpAnswer } from './http/http-answer.js';
import type { HttpClient } from './http/http-client.js';
import { httpStatusError } from './http-status.errors.js';
import type { FetchOptions, Hosts, PictureFetcher } from './picture-fetcher.js';
import { isPictureUrl, parsePictureUrl } from './picture-url.js';

const mostRedirects = 5;
const headers = { accept: 'image/*', 'accept-encoding': 'identity' };

export interface HttpPictureFetcherOptions {
  client: HttpClient;
  /** Decides which hosts may be asked. */
  gate: HostGate;
  /** The largest picture in bytes. */
  maxBytes: number;
  /** Longest time of one download in milliseconds. */
  timeoutMs: number;
}

/**
 * Downloads from hosts that may be asked now. Where a text without a scheme cannot be reached by `https`, `http` is tried; an
 * answer over `https`, whatever its status, is the answer.
 */
export class HttpPictureFetcher implements PictureFetcher {
  readonly hosts: Hosts;

  constructor(private readonly options: HttpPictureFetcherOptions) {
    const { gate } = options;
    this.hosts = {
      refusalOf: (url) => (isPictureUrl(url) ? gate.refusal(parsePictureUrl(url)[0]!.host) : undefined),
      admission: (host) => gate.admission(host),
      away: (host, downloads) => gate.away(host, downloads),
    };
  }

  async fetch(text: string, { signal, onSlow }: FetchOptions = {}): Promise<Uint8Array> {
    const [url, fallback] = parsePictureUrl(text);
    const { client, timeoutMs, gate } = this.options;
    const download = new TrackedDownload(gate, signal, onSlow);
    try {
      const picture = await client.send(
        {
          method: 'GET',
          url: url!,
          fallback,
          headers,
          mostRedirects,
          timeoutMs,
          signal: download.signal,
          onHost: (host) => download.moveTo(host),
        },
        (answer) => this.read(answer),
      );
      download.finish();
      return picture;
    } catch (error) {
      download.finish(error);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.options.client.close();
  }

  private async read(answer: HttpAnswer): Promise<Uint8Array> {
    const { status, url } = answer;
    if (status < 200 || status > 299) throw httpStatusError(status, url, answer.header('retry-after'));
    const picture = await answer.read(this.options.maxBytes);
    if (picture.length === 0) throw new FetchError('empty-body', 'The answer has no body');
    return picture;
  }
}
