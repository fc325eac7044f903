import type { IncomingMessage, ServerResponse } from 'node:http';
import sharp from 'sharp';
import { PictureServer } from '../../libs/fetching/test/picture-server.js';

/**
 * The tests' own picture server. What it answers:
 *
 * | path                | answer                                                       |
 * |---------------------|--------------------------------------------------------------|
 * | `/picture.png?…`    | a red disc                                                   |
 * | `/square.png?…`     | a blue square                                                |
 * | `/held.png?…`       | a red disc, once `release()` is called                       |
 * | `/unwell.png?…`     | 503, after `recover()` a red disc                            |
 * | `/lent.png?…`       | a red disc, 404 between `takeAway()` and `bringBack()`       |
 * | `/page.html`        | a page                                                       |
 * | anything else       | 404                                                          |
 */
export class PictureHost {
  private readonly held: (() => void)[] = [];
  private holds = true;
  private unwell = true;
  private isAway = false;

  private constructor(
    readonly server: PictureServer,
    private readonly pictures: Record<string, Buffer>,
    private readonly host: string,
  ) {}

  static async start(): Promise<PictureHost> {
    const pictures = { '/picture.png': await draw(disc), '/square.png': await draw(square) };
    let pictureHost: PictureHost | undefined = undefined;
    const answer = (request: IncomingMessage, response: ServerResponse) => pictureHost?.answer(request, response);
    // where the product runs elsewhere, workers reach this process under a name or an address of its own
    const elsewhere = process.env['PICTURE_SERVER_HOST'];
    const server = await PictureServer.start(answer, elsewhere ? '0.0.0.0' : '127.0.0.1');
    return (pictureHost = new PictureHost(server, pictures, elsewhere ?? '127.0.0.1'));
  }

  /** @param name beside the path: tells requests apart */
  url(path: string, name: string | number = 0): string {
    return this.server.url(`${path}?${name}`, this.host);
  }

  /** `count` different URLs of the same picture. */
  urls(count: number, path = '/picture.png'): string[] {
    return Array.from({ length: count }, (_, index) => this.url(path, `${count}-${index}`));
  }

  /** How often a URL was asked for. */
  requestsOf(url: string): number {
    const { pathname, search } = new URL(url);
    return this.server.requests.filter((request) => request.url === pathname + search).length;
  }

  /** The `User-Agent` of the latest request for a URL: each worker of a running system has its own name there. */
  lastAskerOf(url: string): unknown {
    const { pathname, search } = new URL(url);
    return this.server.requests.findLast((request) => request.url === pathname + search)?.headers['user-agent'];
  }

  /** Lets held answers go, and holds no more. */
  release(): void {
    this.holds = false;
    for (const send of this.held.splice(0)) send();
  }

  /** Holds answers again. */
  hold(): void {
    this.holds = true;
  }

  /** Has `/unwell.png` fail, as it does at first. */
  fail(): void {
    this.unwell = true;
  }

  recover(): void {
    this.unwell = false;
  }

  /** Has `/lent.png` be gone. */
  takeAway(): void {
    this.isAway = true;
  }

  bringBack(): void {
    this.isAway = false;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const path = new URL(request.url ?? '/', 'http://host').pathname;
    const picture = (): unknown => response.setHeader('content-type', 'image/png').end(this.pictures['/picture.png']);
    if (path === '/held.png') return void (this.holds ? this.held.push(picture) : picture());
    if (path === '/unwell.png') return void (this.unwell ? response.writeHead(503).end() : picture());
    if (path === '/lent.png' && !this.isAway) return void picture();
    if (path === '/page.html') return void response.setHeader('content-type', 'text/html').end('<p>No picture</p>');
    const body = this.pictures[path];
    if (body) return void response.setHeader('content-type', 'image/png').end(body);
    response.writeHead(404).end('Not here');
  }
}

const disc = '<circle cx="64" cy="64" r="40" fill="#d01818"/>';
const square = '<rect x="28" y="28" width="72" height="72" fill="#1838d0"/>';

/** A figure on a white background, as PNG. */
export function draw(figure = disc): Promise<Buffer> {
  return sharp(Buffer.from(svg(figure)))
    .png()
    .toBuffer();
}

/** The same picture in another format. */
export function drawAs(format: 'jpeg' | 'png' | 'webp'): Promise<Buffer> {
  return sharp(Buffer.from(svg(disc)))
    .toFormat(format)
    .toBuffer();
}

function svg(figure: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128"><rect width="128" height="128" fill="white"/>${figure}</svg>`;
}
