/** What to start, how to tell that it is ready, and how it wants to be stopped. */
export interface ChildProcessOptions {
  /** What it is, in a word or two: for messages, for the record of running processes, and for the log's file name. */
  name: string;
  command: string;
  args?: string[];
  /** Directory in which it runs, the repository's root by default. */
  directory?: string;
  /** Its whole environment, ours by default. */
  environment?: NodeJS.ProcessEnv;
  /** File that receives, appended, everything it prints. `.run/logs/<name>.log` by default. */
  logFile?: string;
  /** Receives each line that it prints, instead of `logFile`. */
  onLine?: (line: string) => void;
  /** Unprivileged user to run as. Only root can ask for one. */
  user?: { uid: number; gid: number };
  /** Asked every 100 ms until it answers true. An error counts as "not yet". Without it, a started program is a ready one. */
  isReady?: (signal: AbortSignal) => Promise<boolean>;
  /** Milliseconds that it may take to become ready, 30,000 by default. */
  readyWithinMs?: number;
  /** The signal that asks it to stop, SIGTERM by default. */
  stopSignal?: NodeJS.Signals;
  /** Milliseconds that it may take to stop before it is killed, 10,000 by default. */
  stopWithinMs?: number;
}

/** How a process ended: by itself with an exit code, or by a signal. */
export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/**
 * A program that runs in a process group of its own, so that Ctrl-C in the terminal reaches us alone and we decide in which
 * order things stop. Signals other than the one that stops it go to the whole group.
 */
export interface RunningChildProcess {
  readonly name: string;
  readonly pid: number;
  /** Undefined where `onLine` takes what it prints. */
  readonly logFile: string | undefined;
  /** Settles when it has ended, whoever ended it. Never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** Whether it has not ended yet. */
  isRunning(): boolean;
  /** Asks it to stop, thaws it if it is frozen, kills it when its time is up. Resolves when it has ended. */
  stop(): Promise<ProcessExit>;
  /** SIGKILL. Resolves when it has ended. */
  kill(): Promise<ProcessExit>;
  /** SIGSTOP: sockets stay open, nothing is answered. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** The last lines of its log, for messages about its failure. */
  logTail(lines?: number): string;
}

/**
 * Starts a program and waits until it is ready.
 *
 * @throws Error with the tail of its log, when it ends before it is ready or is not ready in time (it is killed then)
 */
export function startChildProcess(options: ChildProcessOptions): Promise<RunningChildProcess>;
