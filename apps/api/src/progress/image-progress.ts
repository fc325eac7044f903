import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Subject } from 'rxjs';

/** Ids whose status may have changed; `undefined` stands for any. */
export type ChangedIds = readonly number[] | undefined;

/** Tells whoever watches in this process which images have changed. */
@Injectable()
export class ImageProgress implements OnModuleDestroy {
  private readonly changed = new Subject<ChangedIds>();
  private readonly ended = new Subject<void>();
  readonly changes = this.changed.asObservable();
  /** Emits once, when the process shuts down. */
  readonly end = this.ended.asObservable();

  /** @param ids undefined after a time in which changes may have been missed */
  announce(ids: ChangedIds): void {
    this.changed.next(ids);
  }

  onModuleDestroy(): void {
    this.ended.next();
  }
}
