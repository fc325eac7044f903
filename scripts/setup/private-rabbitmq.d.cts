import type { RunningChildProcess } from './child-process.cjs';

export interface PrivateRabbitmqOptions {
  /** Directory for its data, configuration and cookie; made where it is missing, kept when the broker stops. */
  directory: string;
  /** File that receives what it prints, `<directory>/rabbitmq.log` by default. */
  logFile?: string;
  /** Lines to add to its `rabbitmq.conf`. */
  configuration?: string[];
  /** Take the older one of two versions, which `OLDER_RABBITMQ` names (`npm run test:rabbitmq-4`). */
  older?: boolean;
  /** What it needs to be a node of a cluster; where RabbitMQ is installed alone. */
  member?: ClusterMember;
}

/** One node among others on this machine. Who starts it provides the registry of their names. */
export interface ClusterMember {
  /** e.g. `ekphrasis-1@localhost` */
  name: string;
  /** The same for all nodes. */
  cookie: string;
  /** Where others reach it. */
  distributionPort: number;
  /** Where it asks for the ports of others (what `epmd` does), and says its own. */
  epmdPort: number;
  /** After how many seconds without a sign of life another node counts as gone (`net_ticktime`). */
  tickSeconds: number;
  /** After how many the broker itself sends again what it has moved from queue to queue and nobody confirmed. */
  deadLetterAgainSeconds: number;
}

/**
 * A RabbitMQ that belongs to whoever started it: own node, own data, own `epmd`, loopback ports that were free. A broker
 * installed on the machine as a service neither sees nor feels it.
 *
 * running → freeze() → frozen → thaw() → running · running or frozen → kill() or stop() → ended · any state → restart() → running.
 */
export interface PrivateRabbitmq {
  /** `amqp://guest:guest@127.0.0.1:<port>`; stays the same after restart(). */
  readonly url: string;
  /** Address of its management page and HTTP API (guest/guest). */
  readonly managementUrl: string;
  readonly directory: string;
  readonly logFile: string;
  /** The Erlang machine (`beam.smp`) that is the broker. Another one after restart(). */
  readonly pid: number;
  /** The process that was started, with everything that can be done to a process. Another one after restart(). */
  readonly process: RunningChildProcess;
  /** Stops the broker in good order, and its `epmd`. */
  stop(): Promise<void>;
  /** SIGKILL, as when the machine loses power. Only restart() or stop() make sense afterwards. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open, nothing is answered. */
  freeze(): Promise<void>;
  /** SIGCONT: goes on where freeze() stopped it. */
  thaw(): Promise<void>;
  /** Ends it if it still runs (in good order), and starts it on the same ports and data. */
  restart(): Promise<void>;
  /** Runs `rabbitmqctl` against it, e.g. `control('set_vm_memory_high_watermark', '0.0')`, and gives what it printed. */
  control(...args: string[]): Promise<string>;
}

/**
 * Starts a private broker and waits until it takes AMQP connections and its management page answers (4 to 11 s). Where
 * RabbitMQ is not installed and Docker's engine answers, it is a container: the same handle, with Docker's pause, kill and stop
 * for signals, and `pid` as Docker tells it.
 *
 * @throws Error where there is neither, or where it does not start within 60 s
 */
export function startPrivateRabbitmq(options: PrivateRabbitmqOptions): Promise<PrivateRabbitmq>;
