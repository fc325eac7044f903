import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CodedError, InvalidRequestError } from '@ekphrasis/errors';
import { programOf } from '@ekphrasis/pictures';
import { FactorialQueue } from './factorial-queue.js';
import { factorial } from './factorial.js';
import { OutOfRangeError } from './message.errors.js';

const largest = 10_000;
/** Up to this it takes less time than telling a thread of it. */
const largestHere = 500;
/** Large ones that are kept: 4 MB at most. */
const kept = 100;

/**
 * n! for whoever asks. Large ones are computed one after the other on a thread of their own, so that they hold nobody up. A thread that
 * dies fails what waits for it; the next call starts another.
 */
@Injectable()
export class Factorials implements OnApplicationShutdown {
  private readonly queue = new FactorialQueue(kept);
  private thread?: Worker;

  /**
   * @param signal says that the caller waits no more: what nobody waits for is not computed
   * @throws {InvalidRequestError} below 0, {@link OutOfRangeError} above 10,000
   */
  of(n: number, signal?: AbortSignal): string | Promise<string> {
    if (n < 0) throw new InvalidRequestError([`Expected n from 0 to ${largest} but received ${n}`]);
    if (n > largest) throw new OutOfRangeError(`Expected n from 0 to ${largest} but received ${n}`);
    if (n <= largestHere) return factorial(n);
    const answer = this.queue.ask(n, signal);
    this.computeNext();
    return answer;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.thread?.terminate();
  }

  private computeNext(): void {
    const n = this.queue.next();
    if (n === undefined) return;
    this.thread ??= this.start();
    this.thread.postMessage(n);
  }

  private start(): Worker {
    const [file, script] = programOf(join(__dirname, 'factorial-thread'));
    const thread = new Worker(file, { workerData: { script } });
    thread.unref();
    thread.on('message', ({ n, value }: { n: number; value: string }) => {
      this.queue.computed(n, value);
      this.computeNext();
    });
    thread.on('error', (error: Error) => this.lose(thread, error));
    thread.on('exit', (code) => this.lose(thread, new Error(`exit code ${code}`)));
    return thread;
  }

  private lose(thread: Worker, cause: Error): void {
    if (this.thread !== thread) return;
    this.thread = undefined;
    const message = `The thread ended: ${cause.message}`;
    this.queue.fail(new CodedError('factorial-failed', message, { retryable: true, cause }));
  }
}
