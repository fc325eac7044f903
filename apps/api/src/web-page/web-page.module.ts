import { Module } from '@nestjs/common';
import { join } from 'node:path';
import { PageFiles } from '@ekphrasis/service';
import { WebPageController } from './web-page.controller.js';

/** The page at `/`, on which a person watches pictures become words. It is a client of the public API like any other. */
@Module({
  controllers: [WebPageController],
  providers: [{ provide: PageFiles, useFactory: () => PageFiles.read(join(__dirname, 'public')) }],
})
export class WebPageModule {}
