import { Injectable } from '@nestjs/common';
import { clientEvents } from '@ekphrasis/contracts';
import type { DeadLetter } from '@ekphrasis/messaging';
import type { DeadJobs, Subject } from './dead-jobs.js';

/**
 * An event that no notifier understood is kept, one letter an event, and tells nobody anything meanwhile: what it is about has ended
 * all the same. Sent again to a notifier that understands it, it is told.
 */
@Injectable()
export class DeadEvents implements DeadJobs {
  readonly kind = clientEvents;

  subjectOfJob(): Subject {
    return {};
  }

  subjectOfReport({ body }: DeadLetter): Subject {
    return { rowId: eventIdIn(body) };
  }

  async judge(): Promise<'keep'> {
    return 'keep';
  }

  /** Nobody gives events back. */
  async sendGivenBack(): Promise<undefined> {
    return undefined;
  }

  rowOf({ body }: { body: Buffer }): object | undefined {
    const eventId = eventIdIn(body);
    return eventId === undefined ? undefined : { event_id: eventId };
  }
}

function eventIdIn(body: Buffer): string | undefined {
  try {
    const { eventId } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as { eventId?: unknown };
    return typeof eventId === 'string' && !eventId.includes('\0') ? eventId : undefined;
  } catch {
    return undefined;
  }
}
