import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook as Verifier } from 'standardwebhooks';

/** One POST that came. */
export interface ReceivedPost {
  path: string;
  id: string;
  headers: Record<string, string>;
  body: string;
  event: { type: string; timestamp: string; data: Record<string, unknown> };
  at: number;
}

type Answer = (response: ServerResponse, post: ReceivedPost) => void;

const taken: Answer = (response) => void response.writeHead(204).end();

/** Receives webhooks, and answers 204 unless a path has an answer of its own. */
export class WebhookReceiver {
  readonly posts: ReceivedPost[] = [];
  private readonly answers = new Map<string, Answer>();
  private readonly server = createServer((request, response) => void this.receive(request, response));
  private port = 0;

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.server.keepAliveTimeout = 60_000;
    await receiver.open();
    return receiver;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** @param answer undefined: 204 again */
  answer(path: string, answer: Answer | number | undefined): void {
    if (answer === undefined) this.answers.delete(path);
    else
      this.answers.set(path, typeof answer === 'number' ? (response) => void response.writeHead(answer).end() : answer);
  }

  postsTo(path: string): ReceivedPost[] {
    return this.posts.filter((post) => post.path === path);
  }

  /** Refuses connections until `open`. */
  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    if (this.server.listening) await once(this.server, 'close');
  }

  async open(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const headers = request.headers as Record<string, string>;
    const path = request.url ?? '';
    const event = JSON.parse(body) as ReceivedPost['event'];
    const post = { path, id: headers['webhook-id'] ?? '', headers, body, event, at: Date.now() };
    this.posts.push(post);
    (this.answers.get(path) ?? taken)(response, post);
  }
}

/** Whether a POST is signed by the secret, as the package of Standard Webhooks sees it. */
export function isSignedBy(secret: string, { body, headers }: ReceivedPost): boolean {
  try {
    new Verifier(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}
