import { Injectable } from '@nestjs/common';

/** What `GET /metrics` says to who asks for JSON: what a feature of the app tells, in an app that has one. */
@Injectable()
export class JsonMetrics {
  private read?: () => Promise<object>;

  /** @param read what is told; never slow */
  tell(read: () => Promise<object>): void {
    this.read = read;
  }

  /** @returns undefined in an app that has nothing to tell in JSON */
  current(): Promise<object> | undefined {
    return this.read?.();
  }
}
