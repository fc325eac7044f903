import type { IncomingMessage, ServerResponse } from 'node:http';
import { PictureServer } from '../../../libs/fetching/test/picture-server.js';
import { draw } from '../../support/picture-host.js';

/** Each is captioned differently, so that a picture that is captioned twice with effect cannot hide it. */
const figures = [
  '<circle cx="64" cy="64" r="40" fill="#d01818"/>',
  '<rect x="28" y="28" width="72" height="72" fill="#1838d0"/>',
  '<polygon points="64,20 108,104 20,104" fill="#18a028"/>',
  '<circle cx="64" cy="64" r="40" fill="#181818"/>',
  '<rect x="28" y="28" width="72" height="72" fill="#e0c010"/>',
];

/** A request for a picture that is not answered by itself. */
export interface PictureRequest {
  /** The name of the worker that asks. */
  readonly asker: string;
  readonly response: ServerResponse;
  /** Answers with the picture. */
  send(): void;
}

/**
 * Where the suite's pictures come from: `/<name>.png` is another picture each time it is asked for. `intercept` lets a fault
 * hold, refuse or watch the answer for one picture.
 */
export class PictureSource {
  private readonly asked = new Map<string, number>();
  private readonly interceptions = new Map<string, (request: PictureRequest) => void>();

  private constructor(private readonly server: PictureServer) {}

  static async start(): Promise<PictureSource> {
    const pictures = await Promise.all(figures.map((figure) => draw(figure)));
    let source: PictureSource | undefined = undefined;
    const server = await PictureServer.start((request, response) => source?.answer(request, response, pictures));
    return (source = new PictureSource(server));
  }

  url(name: string): string {
    return this.server.url(`/${name}.png`);
  }

  /** How often a picture was asked for. */
  timesAsked(url: string): number {
    return this.asked.get(new URL(url).pathname) ?? 0;
  }

  /** @returns a function that ends it */
  intercept(url: string, interception: (request: PictureRequest) => void): () => void {
    const { pathname } = new URL(url);
    this.interceptions.set(pathname, interception);
    return () => this.interceptions.delete(pathname);
  }

  /** Resolves when a worker has been sent the whole picture, with the worker's name. */
  async sent(url: string): Promise<string> {
    let end: () => void = () => undefined;
    const asker = await new Promise<string>((resolve) => {
      end = this.intercept(url, (request) => {
        request.response.once('finish', () => resolve(request.asker));
        request.send();
      });
    });
    end();
    return asker;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private answer(request: IncomingMessage, response: ServerResponse, pictures: Buffer[]): void {
    const path = request.url ?? '/';
    const times = this.asked.get(path) ?? 0;
    this.asked.set(path, times + 1);
    const send = (): void => {
      response.setHeader('content-type', 'image/png').end(pictures[times % pictures.length]);
    };
    const interception = this.interceptions.get(path);
    if (interception) interception({ asker: request.headers['user-agent'] ?? '', response, send });
    else send();
  }
}
