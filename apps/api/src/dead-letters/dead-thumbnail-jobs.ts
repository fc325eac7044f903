import { Injectable } from '@nestjs/common';
import { thumbnailJob } from '@ekphrasis/contracts';
import type { DeadJobs, Subject } from './dead-jobs.js';

/** A dead thumbnail job is forgotten: nothing waits for it, and whoever misses the thumbnail asks for it again. */
@Injectable()
export class DeadThumbnailJobs implements DeadJobs {
  readonly kind = thumbnailJob;

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
