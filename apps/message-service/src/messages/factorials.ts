import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CodedError, InvalidRequestError } from '@ekphrasis/errors';
import { programOf } from '@ekphrasis/pictures';
import { factorial } from './factorial.js';
import { OutOfRangeError } from './message.errors.js';

const largest = 10_000;
/** Up to this it takes less time than telling a thread of it. */
const largestHere = 500;
/** Large ones that are kept: 4 MB at most. */
const kept = 100;

/**
 * n! for whoever asks. Large ones are computed one after the other on a thread of their own, so that they hold nobody up; who asks for
 * the same one shares the answer, and the latest are kept. A thread that dies fails what waits for it; the next call starts another.
 */
@Injectable()
export class Factorials implements OnApplicationShutdown {
  /** Those that were asked for, the latest last. */
  private readonly asked = new Map<number, Promise<string>>();
  private readonly waiting = new Map<number, { resolve: (value: string) => void; reject: (error: Error) => void }>();
  private thread?: Worker;

  /** @throws {InvalidRequestError} below 0, {@link OutOfRangeError} above 10,000 */
  of(n: number): string | Promise<string> {
    if (n < 0) throw new InvalidRequestError([`Expected n from 0 to ${largest} but received ${n}`]);
    if (n > largest) throw new OutOfRangeError(`Expected n from 0 to ${largest} but received ${n}`);
    if (n <= largestHere) return factorial(n);
    return this.asked.get(n) ?? this.compute(n);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.thread?.terminate();
  }

  private compute(n: number): Promise<string> {
    const promise = new Promise<string>((resolve, reject) => this.waiting.set(n, { resolve, reject }));
    this.asked.set(n, promise);
    this.thread ??= this.start();
    this.thread.postMessage(n);
    return promise;
  }

  private start(): Worker {
    const [file, script] = programOf(join(__dirname, 'factorial-thread'));
    const thread = new Worker(file, { workerData: { script } });
    thread.unref();
    thread.on('message', ({ n, value }: { n: number; value: string }) => this.computed(n, value));
    thread.on('error', (error: Error) => this.lose(thread, error));
    thread.on('exit', (code) => this.lose(thread, new Error(`exit code ${code}`)));
    return thread;
  }

  private computed(n: number, value: string): void {
    this.waiting.get(n)?.resolve(value);
    this.waiting.delete(n);
    for (const old of this.asked.keys()) {
      if (this.asked.size > kept && !this.waiting.has(old)) this.asked.delete(old);
    }
  }

  private lose(thread: Worker, cause: Error): void {
    if (this.thread !== thread) return;
    this.thread = undefined;
    const error = new CodedError('factorial-failed', `The thread ended: ${cause.message}`, { retryable: true, cause });
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
    this.asked.clear();
  }
}
