/** Something that an app cannot do its work without, such as its broker. */
export interface ReadinessIndicator {
  /** As it is called in the answer of `GET /health/ready`, e.g. `database`. */
  readonly name: string;
  /** Resolves when all is well, rejects with the reason otherwise. `signal` aborts when nobody waits for it any more. */
  check(signal: AbortSignal): Promise<void>;
}
