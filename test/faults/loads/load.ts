/** What clients do while something is broken. */
export type LoadKind = 'captions' | 'uploads' | 'measurements' | 'messages' | 'requests';

/** The counts of the suite's table for one load; what is lost, duplicated or unexpected is named. */
export interface Verdict {
  /** What clients asked for. */
  submitted: number;
  /** Answered as accepted at the first try. */
  accepted: number;
  /** Of all that was accepted: has ended, alike for everybody who looks. */
  acknowledged: number;
  failed: number;
  lost: string[];
  /** Answered as accepted, and known to nobody any more, as the fault may cost. */
  forgone: number;
  /** What had two effects, or another effect than it should. */
  duplicated: string[];
  /** Accepted although the first try was not answered. */
  recovered: number;
  /** Effects that nobody asked for. */
  unexpected: (number | string)[];
}

/** Milliseconds. */
export interface Latency {
  p50: number;
  p99: number;
}

/** What became of all that the clients of one load asked for. */
export interface LoadResult extends Verdict {
  kind: LoadKind;
  /** From asking to the answer. */
  answerMs: Latency;
  /** From asking until its end was seen. */
  endedMs: Latency;
}

/** Clients that ask for something at a steady rate, whether or not earlier requests are answered, and watch what becomes of it. Times are of `performance.now()`. */
export interface Load {
  readonly kind: LoadKind;
  readonly perSecond: number;
  /** How many were asked for, have been accepted, and have ended, so far. */
  readonly submitted: number;
  readonly accepted: number;
  readonly ended: number;
  /** Resolves when `count` more are accepted. */
  untilAccepted(count: number, within?: number): Promise<void>;
  /** Asks for no more, and waits for the answers. */
  stop(): Promise<void>;
  /** Asks again for what got no answer, where that may be repeated, and resolves when all that has been asked for so far and was accepted has ended. @param within milliseconds */
  settle(within: number): Promise<void>;
  /** When the last of what had been asked for by then ended; 0 where nothing did. */
  lastEndOf(askedBefore: number): number;
  /** After `stop`: looks no more, and asks everybody what became of each. @param mayFail how many may end as failed beside those that are meant to */
  judge(mayFail: number): Promise<{ result: LoadResult; findings: string[] }>;
}
