import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { Gauge } from 'prom-client';
import { Registry } from '@ekphrasis/observability';
import { OUTBOX_STORE, OutboxRelay, type OutboxStore } from '@ekphrasis/outbox';
import { DeadLettersRepository } from '../dead-letters/dead-letters.repository.js';
import { ProcessedIdsRegistry } from '../images/finished-ids/processed-ids-registry.js';
import { UnfinishedImagesRepository } from './unfinished-images.repository.js';

const longestReadMs = 2_000;

/** What waits and what is done, read when metrics are asked for. */
@Injectable()
export class BacklogMetrics {
  private readonly logger = new Logger(BacklogMetrics.name);

  constructor(
    registry: Registry,
    @Inject(OUTBOX_STORE) outbox: OutboxStore,
    relay: OutboxRelay,
    deadLetters: DeadLettersRepository,
    processedIds: ProcessedIdsRegistry,
    images: UnfinishedImagesRepository,
  ) {
    const gauge = (name: string, help: string, read: () => number | Promise<number>): void => {
      new Gauge({ name, help, registers: [registry], collect: collectWith(read, this.logger) });
    };
    gauge('ekphrasis_outbox_messages', 'Messages committed and not yet confirmed by the broker', () => outbox.count());
    gauge(
      'ekphrasis_outbox_refused_keys',
      'Routing keys whose messages wait in the outbox because the broker refuses them: their queue is gone, or full',
      () => relay.keysRefused,
    );
    gauge('ekphrasis_dead_letters', 'Dead letters that nobody has sent again', () => deadLetters.count());
    gauge(
      'ekphrasis_oldest_unfinished_image_seconds',
      'Time since the job of the unfinished image that waits longest was last queued; 0 where none is unfinished',
      () => images.longestWaitSeconds(),
    );
    gauge('ekphrasis_described_images', 'Images whose description this replica can tell', () => processedIds.size);
  }
}

/**
 * A gauge that cannot be read now, or not soon, keeps its last value: the other metrics are still wanted, and most of all while
 * the database is frozen. It is not asked again before it has answered.
 */
function collectWith(read: () => number | Promise<number>, logger: Logger) {
  let reading: Promise<number> | undefined;
  return async function (this: Gauge): Promise<void> {
    reading ??= (async () => read())().finally(() => (reading = undefined));
    try {
      this.set(await Promise.race([reading, expiry()]));
    } catch (error) {
      logger.warn(`a metric could not be read: ${(error as Error).message}`);
    }
  };
}

async function expiry(): Promise<never> {
  await pause(longestReadMs, undefined, { ref: false });
  throw new Error(`no answer in ${longestReadMs} ms`);
}
