import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PageFiles } from '@ekphrasis/service';

/** The page on which a person sends messages to `task_queue` and sees their results. */
@Controller()
export class PageController {
  constructor(private readonly files: PageFiles) {}

  @Get()
  index(@Res() reply: FastifyReply, @Headers('if-none-match') known?: string): void {
    this.files.send('index.html', reply, known);
  }

  /** What the .proto files promise, for people. */
  @Get('docs')
  docs(@Res() reply: FastifyReply, @Headers('if-none-match') known?: string): void {
    this.files.send('docs.html', reply, known);
  }

  @Get('page/:name')
  file(@Param('name') name: string, @Res() reply: FastifyReply, @Headers('if-none-match') known?: string): void {
    this.files.send(name, reply, known);
  }
}
