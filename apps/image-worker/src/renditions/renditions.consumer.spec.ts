import { renditionJobs } from '@ekphrasis/contracts';
import type { Consumers } from '@ekphrasis/messaging';
import type { ImageWorkerSettings } from '../image-worker.settings.js';
import type { RenditionHandler } from './rendition-handler.js';
import { RenditionsConsumer } from './renditions.consumer.js';

describe('RenditionsConsumer', () => {
  const jobs = Object.values(renditionJobs);
  const handlers = jobs.map((job): RenditionHandler => ({ job, handle: async () => undefined }));
  const started: unknown[] = [];
  const consumers = { jobs: (job: unknown) => started.push(job) } as unknown as Consumers;
  const start = (given: RenditionHandler[]) =>
    new RenditionsConsumer(consumers, given, {
      SHUTDOWN_TIMEOUT_MS: 1,
    } as ImageWorkerSettings).onApplicationBootstrap();

  it('takes the jobs of every rendition that is declared', () => {
    start(handlers);
    expect(started).toEqual(jobs);
  });

  it('does not start where nobody makes one of them', () => {
    expect(() => start(handlers.slice(1))).toThrow(`Nobody handles ${jobs[0]!.name} jobs`);
  });
});
