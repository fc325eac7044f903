/** One picture of a run. Times with `Ms` are the tool's, since the run began; times with `At` the product's, ISO 8601, by one clock. */
export interface RunJob {
  fileName: string;
  operations: string;
  bytes: number;
  width: number;
  height: number;
  /** Of a burst test, from 0. */
  burst?: number;
  sentAtMs: number;
  /** From the start of the upload to its answer, with every pause that the API asked for. */
  uploadMs: number;
  /** `refused`: the API did not take it. `unfinished`: it had not ended when the tool gave up. */
  status: 'completed' | 'failed' | 'refused' | 'unfinished';
  jobId?: string;
  queuedAt?: string;
  startedAt?: string;
  finishedAt?: string;
  /** Why it failed or was refused. */
  error?: string;
}

/** One look at the product while the run went on. */
export interface RunSample {
  atMs: number;
  /** Messages that wait in the task queue; null where the broker did not tell. */
  waiting: number | null;
  /** Jobs that are queued or being processed, those of others included. */
  unfinished: number;
  /** Cores that the image workers used since the look before; null where that is not seen. */
  workerCores: number | null;
}

/** What a run of `bulk-upload` or `burst-test` leaves in `run.json`. */
export interface RunResult {
  version: 1;
  tool: 'bulk-upload' | 'burst-test';
  /** ISO 8601. */
  startedAt: string;
  /** Image workers, as the run was labelled; null where nobody said and none was seen. */
  workers: number | null;
  /** Cores of the machine that the tool ran on. */
  cores: number;
  /** The command line, for people. */
  command: string;
  jobs: RunJob[];
  samples: RunSample[];
  /** The most memory of each process of the product, in bytes. */
  peakMemory: Record<string, number>;
}
