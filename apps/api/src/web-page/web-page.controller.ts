import { Controller, Get, Headers, NotFoundException, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { matchesEntityTag, PageFiles } from '@ekphrasis/service';
import { pageHeaders } from './page-headers.js';

@ApiExcludeController()
@Controller()
export class WebPageController {
  constructor(private readonly files: PageFiles) {}

  @Get()
  index(@Res() reply: FastifyReply, @Headers('if-none-match') known?: string): void {
    this.send('index.html', reply, known);
  }

  /** Where a browser looks on answers that are no HTML, such as the API's own. */
  @Get('favicon.ico')
  icon(@Res() reply: FastifyReply, @Headers('if-none-match') known?: string): void {
    this.send('favicon.svg', reply, known);
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
