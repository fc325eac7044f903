import { EnvHttpProxyAgent, request, type Dispatcher } from 'undici';
import { HubError } from './hub-error.js';

export type Response = Dispatcher.ResponseData;

const patienceMs = 30_000;
const connectMs = 10_000;
const loopback = ['localhost', '127.0.0.1', '::1'];

export interface HubOptions {
  /** Where the hub answers; https://huggingface.co by default. */
  endpoint?: string;
  /** Sent to the hub itself, and never to the servers it redirects to. */
  token?: string;
}

/** HTTP to a hub and to where it redirects, through `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` as the environment has them. */
export class HubConnection {
  /** Without a slash at its end. */
  readonly endpoint: string;
  private readonly origin: string;
  private readonly agent = new EnvHttpProxyAgent({
    noProxy: [process.env['no_proxy'] ?? process.env['NO_PROXY'] ?? [], loopback].flat().join(','),
    headersTimeout: patienceMs,
    bodyTimeout: patienceMs,
    connect: { timeout: connectMs },
  });

  /** @throws HubError `hub-endpoint` */
  constructor(private readonly options: HubOptions) {
    this.endpoint = (options.endpoint || 'https://huggingface.co').replace(/\/+$/, '');
    if (!/^https?:/.test(this.endpoint) || !URL.canParse(this.endpoint)) {
      throw new HubError(
        'hub-endpoint',
        `Expected an http or https URL for HF_ENDPOINT but received "${this.endpoint}"`,
      );
    }
    this.origin = new URL(this.endpoint).origin;
  }

  get host(): string {
    return new URL(this.endpoint).host;
  }

  get hasToken(): boolean {
    return Boolean(this.options.token);
  }

  /** Whether a URL is the hub's own. */
  isHub(url: URL): boolean {
    return url.origin === this.origin;
  }

  /** @throws HubError `hub-unreachable` where there is no answer */
  async send(
    method: 'GET' | 'HEAD',
    url: URL,
    headers: Record<string, string>,
    signal: AbortSignal | undefined,
  ): Promise<Response> {
    const authorization = this.hasToken && this.isHub(url) ? { authorization: `Bearer ${this.options.token}` } : {};
    try {
      const all = { ...headers, ...authorization, 'accept-encoding': 'identity', 'user-agent': 'ekphrasis' };
      return await request(url, { method, headers: all, dispatcher: this.agent, signal });
    } catch (cause) {
      signal?.throwIfAborted();
      throw new HubError('hub-unreachable', `${url.host} cannot be reached: ${reasonOf(cause)}`, { cause });
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

/** In words; an attempt at several addresses has one reason for each, and no message of its own. */
export function reasonOf(cause: unknown): string {
  const { errors = [] } = cause as { errors?: Error[] };
  const { message, code = '' } = (errors[0] ?? cause) as NodeJS.ErrnoException;
  const isCertificate = /CERT|UNABLE_TO_VERIFY/.test(code);
  return `${message}${isCertificate ? ' (a company’s own certificates go into NODE_EXTRA_CA_CERTS)' : ''}`;
}
