import { Worker } from 'node:worker_threads';
import { CodedError, fromFailure } from '../coded-errors.js';
import { programOf } from '../pictures.js';
import type { FromThread, ToThread } from './thread-messages.js';

interface PendingCall<Result> {
  resolve(result: Result): void;
  reject(error: Error): void;
  onNews?: (news: unknown) => void;
}

export interface CallOptions {
  /** Told to the thread, which may end the call early. */
  signal?: AbortSignal;
  /** Memory that is handed over instead of copied. */
  transfer?: readonly ArrayBuffer[];
  onNews?: (news: unknown) => void;
}

/**
 * A worker thread and the calls that run on it. A thread that dies fails its calls with `captioner-died` (retryable); the
 * next call starts a new one.
 */
export class ThreadClient<Call, Result> {
  private worker: Worker | undefined;
  private readonly pending = new Map<number, PendingCall<Result>>();
  private lastId = 0;
  private onIdle: (() => void) | undefined;

  constructor(
    /** The thread's script without its extension. */
    private readonly script: string,
    /** What the thread finds as `workerData.settings`. */
    private readonly settings: unknown,
  ) {}

  /** @throws CodedError of what failed on the thread */
  call(call: Call, { signal, transfer = [], onNews }: CallOptions = {}): Promise<Result> {
    const worker = (this.worker ??= this.start());
    const id = ++this.lastId;
    return new Promise<Result>((resolve, reject) => {
      const abort = (): void => worker.postMessage({ id, abort: true } satisfies ToThread<Call>);
      const settle = (): void => {
        this.pending.delete(id);
        signal?.removeEventListener('abort', abort);
        if (this.pending.size > 0) return;
        // an idle thread does not keep the process alive
        worker.unref();
        this.onIdle?.();
      };
      this.pending.set(id, {
        resolve: (result) => (settle(), resolve(result)),
        reject: (error) => (settle(), reject(error)),
        onNews,
      });
      worker.ref();
      worker.postMessage({ id, call } satisfies ToThread<Call>, [...transfer]);
      if (signal?.aborted) abort();
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Ends the thread once its calls have ended. */
  async close(): Promise<void> {
    if (this.pending.size > 0) await new Promise<void>((resolve) => (this.onIdle = resolve));
    const worker = this.worker;
    this.worker = undefined;
    await worker?.terminate();
  }

  private start(): Worker {
    const [file, script] = programOf(this.script);
    const worker = new Worker(file, { workerData: { settings: this.settings, script } });
    worker.on('message', (message: FromThread<Result>) => this.receive(message));
    worker.on('error', (error: Error) => this.lose(worker, error));
    worker.on('exit', () => this.lose(worker, undefined));
    return worker;
  }

  private receive(message: FromThread<Result>): void {
    const call = this.pending.get(message.id);
    if (!call) return;
    if ('news' in message) call.onNews?.(message.news);
    else if ('result' in message) call.resolve(message.result);
    else call.reject(fromFailure(message.failure));
  }

  private lose(worker: Worker, cause: Error | undefined): void {
    // a thread that fails is heard twice, and the next one may have begun by then
    if (this.worker !== worker) return;
    this.worker = undefined;
    for (const call of [...this.pending.values()]) {
      const why = cause ? `: ${cause.message}` : '';
      call.reject(new CodedError('captioner-died', `The captioning thread ended${why}`, { retryable: true, cause }));
    }
  }
}
