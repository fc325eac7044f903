import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { PageFiles } from '@ekphrasis/service';

@ApiExcludeController()
@Controller()
export class WebPageController {
  constructor(private readonly files: PageFiles) {}

  @Get()
  index(@Res() reply: FastifyReply, @Headers('if-none-match') known?: string): void {
    this.files.send('index.html', reply, known);
  }

  /** Where a browser looks on answers that are no HTML, such as the API's own. */
  @Get('favicon.ico')
  icon(@Res() reply: FastifyReply, @Headers('if-none-match') known?: string): void {
    this.files.send('favicon.svg', reply, known);
  }

  @Get('page/:name')
  file(@Param('name') name: string, @Res() reply: FastifyReply, @Headers('if-none-match') known?: string): void {
    this.files.send(name, reply, known);
  }
}
