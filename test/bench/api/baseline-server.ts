import 'reflect-metadata';
import { Body, Controller, HttpCode, Module, Post, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { SubmittedImage } from '@ekphrasis/images';
import { ImageRequestPipe } from '../../../apps/api/src/images/requests/image-request.dto.js';

const coursePrefix = '/api/v1.0/images';

/** What `POST /images` would be if nothing had to be kept: the same validation, an id from a counter, no I/O. */
@Controller()
class BaselineController {
  private lastId = 0;

  /** Validated as the API does it, by a pipe of its own that calls class-validator without the framework's detours. */
  @Post('images')
  @HttpCode(200)
  async submit(@Body(ImageRequestPipe) body: SubmittedImage | undefined): Promise<{ image_id: number }> {
    if (!body) throw new Error('the baseline takes JSON bodies only');
    return { image_id: (this.lastId += 1) };
  }

  /** Validated as most Nest applications do it. */
  @Post('usual')
  @HttpCode(200)
  async submitUsual(
    @Body(new ValidationPipe({ transform: true, whitelist: true })) _body: SubmittedImage,
  ): Promise<{ image_id: number }> {
    return { image_id: (this.lastId += 1) };
  }
}

@Module({ controllers: [BaselineController] })
class BaselineModule {}

async function start(): Promise<void> {
  // the adapter's options are those of the API
  const adapter = new FastifyAdapter({
    bodyLimit: 64 * 1024,
    forceCloseConnections: 'idle',
    rewriteUrl: ({ url = '/' }) => (url.startsWith(coursePrefix) ? url.slice('/api/v1.0'.length) : url),
  });
  const app = await NestFactory.create(BaselineModule, adapter, { logger: ['error', 'warn'] });
  app.enableShutdownHooks();
  await app.listen(Number(process.env.PORT), '127.0.0.1');
}

void start();
