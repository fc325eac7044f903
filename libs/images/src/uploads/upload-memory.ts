import { Injectable } from '@nestjs/common';
import { ServiceOverloadedError } from '../images.errors.js';

/** Together, all uploads of a process that are being read or stored hold no more bytes than these. */
const mostBytes = 256 * 1024 ** 2;
/** What an upload is counted with that does not say how large it is, and at most, so that a lie keeps nobody else out. */
const largestShare = 32 * 1024 ** 2;

/** Turns uploads away that would not fit into memory beside those in hand, instead of ending with all of them. A process has one. */
@Injectable()
export class UploadMemory {
  private held = 0;

  /**
   * @param announcedBytes undefined where nobody has said how many
   * @throws {ServiceOverloadedError} while too much is held
   */
  async hold<Result>(announcedBytes: number | undefined, work: () => Promise<Result>): Promise<Result> {
    const share = Math.min(announcedBytes ?? largestShare, largestShare);
    if (this.held + share > mostBytes) throw new ServiceOverloadedError();
    this.held += share;
    try {
      return await work();
    } finally {
      this.held -= share;
    }
  }
}
