import type { JobDefinition } from '@ekphrasis/contracts';
import type { DeadJobs, Subject } from './dead-jobs.js';

/** Dead jobs of a kind for which nothing waits: each is dropped, and whoever misses what it would have made asks again. */
export class ForgottenJobs implements DeadJobs {
  constructor(readonly kind: JobDefinition) {}

  subjectOfJob(): Subject {
    return {};
  }

  subjectOfReport(): Subject {
    return {};
  }

  async judge(): Promise<'ignore'> {
    return 'ignore';
  }

  async sendGivenBack(): Promise<boolean> {
    return false;
  }

  rowOf(): undefined {
    return undefined;
  }
}
