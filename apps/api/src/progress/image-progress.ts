import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';

/** Ids whose status may have changed; `undefined` stands for any. */
export type ChangedIds = readonly number[] | undefined;

/** Tells whoever watches in this process which images have changed. */
@Injectable()
export class ImageProgress {
  private readonly changed = new Subject<ChangedIds>();
  readonly changes = this.changed.asObservable();

  /** @param ids undefined after a time in which changes may have been missed */
  announce(ids: ChangedIds): void {
    this.changed.next(ids);
  }
}
