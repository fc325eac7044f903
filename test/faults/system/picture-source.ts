import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PictureServer } from '../../../libs/fetching/test/picture-server.js';
import { draw } from '../../support/picture-host.js';

const colours = {
  red: '#d01818',
  blue: '#1838d0',
  green: '#18a028',
  black: '#181818',
  yellow: '#e0c010',
  orange: '#f08010',
  purple: '#8020a0',
};
const shapes = {
  circle: 'M64 24a40 40 0 1 1-.01 0z',
  square: 'M28 28h72v72h-72z',
  triangle: 'M64 20L108 104L20 104z',
  star: 'M64 14L77 50L115 50L84 73L96 110L64 88L32 110L44 73L13 50L51 50z',
};
/** Each is captioned differently, so that neither a picture that is captioned twice with effect nor the caption of another one can hide. */
const figures = Object.entries(colours).flatMap(([colour, fill]) =>
  Object.entries(shapes).map(([shape, path]) => ({
    /** What every caption of it says. */
    words: `${colour} ${shape}`,
    svg: `<path d="${path}" fill="${fill}"/>`,
  })),
);

/** A request for a picture that is not answered by itself. */
export interface PictureRequest {
  /** The name of the worker that asks. */
  readonly asker: string;
  readonly response: ServerResponse;
  /** Answers with the picture. */
  send(): void;
}

/**
 * Where the suite's pictures come from: `/<name>.png` is another picture than most other names, and another one each time it is asked for. `intercept` lets a fault
 * hold, refuse or watch the answer for one picture.
 */
export class PictureSource {
  private readonly asked = new Map<string, number>();
  private readonly sentWords = new Map<string, string[]>();
  private readonly interceptions = new Map<string, (request: PictureRequest) => void>();

  private constructor(private readonly server: PictureServer) {}

  static async start(): Promise<PictureSource> {
    const pictures = await Promise.all(figures.map(({ svg }) => draw(svg)));
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

  /** What a caption may say of the pictures that were sent under this URL: one of these. */
  wordsFor(url: string): string[] {
    return this.sentWords.get(new URL(url).pathname) ?? [];
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
    const figure = (hashOf(path) + times) % figures.length;
    const send = (): void => {
      this.sentWords.set(path, [...(this.sentWords.get(path) ?? []), figures[figure]!.words]);
      response.setHeader('content-type', 'image/png').end(pictures[figure]);
    };
    const interception = this.interceptions.get(path);
    if (interception) interception({ asker: request.headers['user-agent'] ?? '', response, send });
    else send();
  }
}

function hashOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE();
}
