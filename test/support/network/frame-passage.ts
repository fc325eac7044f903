import type { AmqpFrame, FrameSplitter } from './amqp-frames.js';
import type { Pass, Passage } from './lane.js';

/** Looks at the frames of a lane. */
export interface FrameWatch {
  /** Asked once for each frame before it passes: what keeps it, and all that follows it, until it resolves. */
  keeperOf(frame: AmqpFrame): (() => Promise<void>) | undefined;
  /** Told of each frame when the kernel has taken it for the far end. */
  passed(frame: AmqpFrame): void;
}

/** Passes whole frames, as many at once as came at once; those before a kept one pass first. */
export class FramePassage implements Passage {
  constructor(
    private readonly splitter: FrameSplitter,
    private readonly watch: FrameWatch,
  ) {}

  async take(bytes: Buffer, pass: Pass): Promise<void> {
    let ready: AmqpFrame[] = [];
    for (const frame of this.splitter.push(bytes)) {
      const keep = this.watch.keeperOf(frame);
      if (keep) {
        await this.passAll(ready, pass);
        ready = [];
        await keep();
      }
      ready.push(frame);
    }
    await this.passAll(ready, pass);
  }

  async finish(pass: Pass): Promise<void> {
    const rest = this.splitter.rest();
    if (rest.length > 0) await pass(rest);
  }

  private async passAll(frames: readonly AmqpFrame[], pass: Pass): Promise<void> {
    if (frames.length === 0) return;
    await pass(Buffer.concat(frames.map(({ bytes }) => bytes)));
    for (const frame of frames) this.watch.passed(frame);
  }
}
