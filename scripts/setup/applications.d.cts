import type { RunningChildProcess } from './child-process.cjs';

export interface ApplicationOptions {
  /** Variables beside those of our own environment, e.g. RABBITMQ_URL, DATABASE_URL, DATA_DIR. ADMIN_PORT counts here alone: two APIs cannot share it. */
  environment: Record<string, string>;
  /** For messages and the log's name; the application's by default. */
  name?: string;
  /** `.run/logs/<name>.log` by default. */
  logFile?: string;
  /** Receives each line that it prints, instead of `logFile`. */
  onLine?: (line: string) => void;
  /** Port of its HTTP server, a free one by default. */
  port?: number;
  /** Path that answers 200 once it is ready: `/health/ready` by default; `/health/live` where it is to start without its broker. */
  readyPath?: string;
  /** Milliseconds that it may take to become ready; the list of applications says by default. */
  readyWithinMs?: number;
}

/** An application of the product that runs from its compiled files, by the command that package.json states. */
export interface RunningApplication extends RunningChildProcess {
  /** `http://127.0.0.1:<port>`: the API's address, or another application's health and metrics. */
  readonly url: string;
  /** Where health, metrics and the operator's calls are: `url`, or the API's ADMIN_PORT. */
  readonly adminUrl: string;
  /** The port that a setting of the application names (`application-list.cjs`), e.g. GRPC_PORT. */
  portOf(variable: string): number;
}

/**
 * Starts a compiled application and waits until it is ready. Its ports are free ones, unless `options` names them.
 *
 * @param application its name in `application-list.cjs`
 */
export function startApplication(application: string, options: ApplicationOptions): Promise<RunningApplication>;

/** Starts the compiled API and waits until it is ready. */
export function startApi(options: ApplicationOptions): Promise<RunningApplication>;

/** Starts the compiled caption worker and waits until it is ready, its model loaded. */
export function startCaptionWorker(options: ApplicationOptions): Promise<RunningApplication>;
