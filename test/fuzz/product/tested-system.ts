import { CaptioningClient } from '../../support/captioning-client.js';
import { operatorToken } from '../../support/running-system.js';
import type { RunningApplication } from '../../support/setup-scripts.js';
import type { Findings } from '../findings.js';
import { memoryOf, type Memory } from './processes.js';
import { Services } from './services.js';

/** The API must answer half a request, and say that it waits no longer, within this time. */
export const requestTimeoutMs = 16_000;

const environment = {
  FETCH_ALLOWED_NETWORKS: '127.0.0.1',
  FETCH_TIMEOUT_MS: '4000',
  FETCH_CONNECT_TIMEOUT_MS: '2000',
  REQUEST_TIMEOUT_MS: String(requestTimeoutMs),
  LOG_LEVEL: 'warn',
  ADMIN_TOKEN: operatorToken,
};

const mebi = 1024 ** 2;
/** What a process may hold at most. Those that decode may hold a picture of 40 megapixels each, twice and more while they do. */
const limits = { api: { own: 700 * mebi, group: 700 * mebi }, worker: { own: 700 * mebi, group: 4_000 * mebi } };

/** One API and two workers on services of their own. A worker that dies is a finding, and another one takes its place. */
export class TestedSystem {
  readonly peak = { api: { own: 0, group: 0 }, worker: { own: 0, group: 0 } };
  workerDeaths = 0;
  readonly client: CaptioningClient;
  private readonly workers = new Set<RunningApplication>();
  private readonly watch: NodeJS.Timeout;
  private closing = false;

  private constructor(
    private readonly services: Services,
    private readonly api: RunningApplication,
    workers: readonly RunningApplication[],
    private readonly findings: Findings,
  ) {
    this.client = new CaptioningClient(api.url);
    for (const worker of workers) this.keep(worker);
    void api.exited.then(() => this.closing || findings.add(`the API ended\n${api.logTail()}`));
    this.watch = setInterval(() => this.measure(), 500);
  }

  static async open(findings: Findings): Promise<TestedSystem> {
    const services = await Services.start(environment);
    try {
      const [api, ...workers] = await Promise.all([
        services.startApi(),
        services.startWorker(),
        services.startWorker(),
      ]);
      return new TestedSystem(services, api, workers, findings);
    } catch (error) {
      await services.stop();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.closing = true;
    clearInterval(this.watch);
    this.client.close();
    await this.services.stop();
  }

  private keep(worker: RunningApplication): void {
    this.workers.add(worker);
    void worker.exited.then(async ({ code, signal }) => {
      this.workers.delete(worker);
      if (this.closing) return;
      this.workerDeaths += 1;
      this.findings.add(`${worker.name} ended (${signal ?? `exit code ${code}`})\n${worker.logTail()}`);
      this.keep(await this.services.startWorker());
    });
  }

  private measure(): void {
    const pids = [...this.workers].map(({ pid }) => pid);
    for (const [pid, memory] of memoryOf([this.api.pid, ...pids])) {
      this.note(pid === this.api.pid ? 'api' : 'worker', memory);
    }
  }

  private note(role: 'api' | 'worker', memory: Memory): void {
    for (const part of ['own', 'group'] as const) {
      const [limit, before] = [limits[role][part], this.peak[role][part]];
      this.peak[role][part] = Math.max(before, memory[part]);
      if (memory[part] > limit && before <= limit) {
        this.findings.add(`the ${role}'s memory (${part}) grew beyond ${Math.round(limit / mebi)} MiB`);
      }
    }
  }
}
