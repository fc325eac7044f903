/** What work waits for, together with all other work that needs the same. */
export interface Deferral {
  /** What is waited for, e.g. a host: work with the same key waits together. */
  key: string;
  /** When to try again, in milliseconds of `Date.now()`. */
  until: number;
  /** How long work may wait for it in all, in milliseconds. */
  patienceMs: number;
}

/** What a failure tells the code that meets it. */
export interface CodedErrorOptions {
  /** Whether the same call may succeed later without anybody changing anything. Decided where the error is born. */
  retryable: boolean;
  /**
   * Whether it costs one of the attempts that the work has. Not where it says nothing about the work at hand: something that all work
   * needs is away, and will be back. True by default.
   */
  attemptCounts?: boolean;
  /** Set where the work has not been tried, or is to be tried at a time that somebody else has named: it waits, and that costs no attempt. */
  deferral?: Deferral | undefined;
  cause?: unknown;
}

/** The base of every error of this product. Code branches on `code` and `retryable`, never on the message or the class. */
export class CodedError extends Error {
  readonly retryable: boolean;
  readonly attemptCounts: boolean;
  readonly deferral: Deferral | undefined;

  constructor(
    /** Kebab-case, stable: it is written to the database, shown to clients and counted in metrics. */
    readonly code: string,
    message: string,
    options: CodedErrorOptions,
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.retryable = options.retryable;
    this.attemptCounts = options.attemptCounts ?? true;
    this.deferral = options.deferral;
  }
}

/** The code of something thrown, `unexpected` where it has none: for metrics and logs. */
export function codeOf(error: unknown): string {
  return isCodedError(error) ? error.code : 'unexpected';
}

/** Whether something thrown carries a code of ours, whichever copy of the class it was made by. */
export function isCodedError(error: unknown): error is CodedError {
  return (
    error instanceof Error &&
    typeof (error as Partial<CodedError>).code === 'string' &&
    typeof (error as Partial<CodedError>).retryable === 'boolean'
  );
}
