import 'reflect-metadata';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { CaptionModel } from '@ekphrasis/blip';
import { PICTURE_FETCHER, type PictureFetcher } from '@ekphrasis/fetching';
import { Logger } from '@ekphrasis/observability';
import { CaptionWorkerModule } from '../../../apps/caption-worker/src/caption-worker.module.js';
import { CAPTION_MODEL } from '../../../apps/caption-worker/src/caption/caption.service.js';

const nullSentence = { text: 'a red circle on a white background', tokenIds: [], confidence: 0.9 };
const nullCaption = {
  ...nullSentence,
  sentences: [nullSentence],
  timings: { decode: 0, encode: 0, generate: 0 },
};

const nullModel: CaptionModel = {
  name: 'null',
  caption: async (images) => images.map(() => ({ caption: nullCaption })),
  close: async () => undefined,
};

const nullFetcher: PictureFetcher = {
  fetch: async () => new Uint8Array(1),
  hosts: {
    refusalOf: () => undefined,
    admission: () => ({ places: Infinity, until: 0 }),
    away: () => undefined,
  },
  close: async () => undefined,
};

/** The caption worker as it is, but for its model and its downloads, which take no time. */
async function start(): Promise<void> {
  const module = await Test.createTestingModule({ imports: [CaptionWorkerModule] })
    .overrideProvider(CAPTION_MODEL)
    .useValue(nullModel)
    .overrideProvider(PICTURE_FETCHER)
    .useValue(nullFetcher)
    .compile();
  const app = module.createNestApplication(new FastifyAdapter({ forceCloseConnections: true }));
  app.useLogger(app.get(Logger));
  app.enableShutdownHooks();
  await app.listen(Number(process.env.PORT), '127.0.0.1');
}

void start();
