import { Controller, Get, Headers, NotFoundException, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { matchesEntityTag, PageFiles } from '@ekphrasis/service';

/** The page may load its own scripts and styles and talk to its own origin, nothing else; no HTML is made out of text. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const pageHeaders = {
  'content-security-policy': contentSecurityPolicy,
  // names carry no version, so a browser asks each time and mostly hears 304
  'cache-control': 'no-cache',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** The page on which a person sends messages to `task_queue` and sees their results. */
@Controller()
export class PageController {
  constructor(private readonly files: PageFiles) {}

  @Get()
  index(@Res() reply: FastifyReply, @Headers('if-none-match') known?: string): void {
    this.send('index.html', reply, known);
  }

  @Get('page/:name')
  file(@Param('name') name: string, @Res() reply: FastifyReply, @Headers('if-none-match') known?: string): void {
    this.send(name, reply, known);
  }

  private send(name: string, reply: FastifyReply, known: string | undefined): void {
    const file = this.files.find(name);
    if (!file) throw new NotFoundException('The page has no such file');
    void reply.headers({ ...pageHeaders, etag: file.entityTag });
    if (matchesEntityTag(known, file.entityTag)) void reply.status(304).send();
    else void reply.type(file.contentType).send(file.body);
  }
}
