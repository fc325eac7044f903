import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { CodedError, fromFailure, type Failure } from '../coded-errors.js';
import { noSandbox, type Sandbox } from '../sandbox/sandbox.js';
import { PassedBytes, type PassedCall } from './passed-bytes.js';
import { processEnvironment } from './process-environment.js';
import { programOf } from './program-of.js';

/** How a process answers its call. */
export type ProcessAnswer<Result> = { result: Result } | { failure: Failure };

/** How often a running call's seconds are counted. */
const tickMs = 250;

/**
 * A process of our own that does one call at a time. Unlike a thread it can be ended in the middle of native code, and
 * takes nobody with it when it crashes.
 *
 * none → `call` → working → answered → idle → `call` → working …; working → its time is up: killed, the call fails as
 * `onTimeout` says → none; working → it dies: the call fails with `process-died` (retryable) → none; idle → dies → none;
 * any → `close` → none.
 */
export class ProcessClient<Call, Result> {
  private child: ChildProcess | undefined;
  private passed: PassedBytes | undefined;

  constructor(
    /** The process's script without its extension. */
    private readonly script: string,
    /** What the process finds as `processSettings()`. */
    private readonly settings: unknown,
    /** Longest time of one call in seconds, and what the caller is told when it is over. */
    private readonly limit: { seconds: number; onTimeout: () => Error },
    /** What the process is kept from. */
    private readonly sandbox: Promise<Sandbox> = Promise.resolve(noSandbox),
  ) {}

  /** One call at a time. @throws CodedError of what failed in the process */
  async call(call: Call): Promise<Result> {
    const sandbox = await this.sandbox;
    const child = (this.child ??= this.start(sandbox));
    child.ref();
    child.channel?.ref();
    try {
      return await this.answerOf(child, call);
    } finally {
      // an idle process does not keep ours alive
      child.unref();
      child.channel?.unref();
    }
  }

  /** Ends the process, and a call that it may still be at. */
  async close(): Promise<void> {
    // a call that waits for it as well has started its process then
    await this.sandbox;
    if (this.child) await this.end(this.child);
    await this.passed?.close();
    this.passed = undefined;
  }

  private async end(child: ChildProcess): Promise<void> {
    child.ref();
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  private answerOf(child: ChildProcess, call: Call): Promise<Result> {
    return new Promise((resolve, reject) => {
      const answered = (answer: ProcessAnswer<Result>): void => {
        settle();
        if ('result' in answer) resolve(answer.result);
        else reject(fromFailure(answer.failure));
      };
      const failed = (error: Error): void => {
        settle();
        child.kill('SIGKILL');
        this.forget(child);
        reject(error);
      };
      const died = (cause: unknown): void =>
        failed(new CodedError('process-died', `The process ended: ${String(cause)}`, { retryable: true, cause }));
      const exited = (code: number | null, signal: string | null): void => died(signal ?? `exit code ${code}`);
      // ticks and not the clock: the time during which we were frozen ourselves is not the call's
      let ticks = Math.ceil((this.limit.seconds * 1000) / tickMs);
      const ticking = setInterval(() => --ticks <= 0 && failed(this.limit.onTimeout()), tickMs);
      const settle = (): void => {
        clearInterval(ticking);
        child.off('message', answered).off('exit', exited).off('error', died);
      };
      child.on('message', answered).on('exit', exited).on('error', died);
      const send = (message: PassedCall): unknown => child.send(message, (error) => error && died(error));
      // a process that ends meanwhile is heard of
      if (this.passed) void this.passed.pass(call).then(send);
      else send({ call });
    });
  }

  private start({ command, credentials }: Sandbox): ChildProcess {
    const node = [process.execPath, ...programOf(this.script), JSON.stringify(this.settings)];
    this.passed ??= PassedBytes.open();
    const [file, ...args] = [...command, ...node] as [string];
    const options: SpawnOptions = {
      ...credentials,
      cwd: '/',
      env: processEnvironment(),
      serialization: 'advanced',
      // what it may write to our output would look like ours; why it cannot start is to be seen
      stdio: ['ignore', 'ignore', 'inherit', 'ipc', this.passed?.read ?? 'ignore'],
    };
    const child = spawn(file, args, options);
    child.on('exit', () => this.forget(child));
    child.on('error', () => this.forget(child));
    return child;
  }

  private forget(child: ChildProcess): void {
    if (this.child === child) this.child = undefined;
  }
}
