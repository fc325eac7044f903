import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { NameServer } from '../../../libs/fetching/test/name-server.js';
import { PictureServer } from '../../../libs/fetching/test/picture-server.js';
import { draw } from '../../support/picture-host.js';
import { startPrivateSystem, type PrivateSystem } from '../../support/running-system.js';
import { repository } from '../../support/setup-scripts.js';
import { until } from '../../support/until.js';

const submittedAtOnce = 64;
const patience = { within: 600_000 };

/** One trial's product, its hosts, and what is measured on them. */
export class Trial {
  private constructor(
    private readonly name: string,
    readonly system: PrivateSystem,
    readonly names: NameServer,
    private readonly picture: Buffer,
    private readonly servers: PictureServer[] = [],
  ) {}

  /** The API, a broker and a database of its own; no worker yet, so that what is submitted waits in the queue. */
  static async begin(name: string): Promise<Trial> {
    const picture = await draw();
    const names = await NameServer.start();
    const environment = { FETCH_NAME_SERVERS: names.address, LOG_LEVEL: 'info' };
    const system = await startPrivateSystem({ name: `hosts-${name}`, workers: 0, environment });
    return new Trial(name, system, names, picture);
  }

  /** A host that sends its picture. @param pause how long it takes to, in milliseconds */
  goodHost(pause = 0): Promise<PictureServer> {
    return this.host((response) => setTimeout(() => response.end(this.picture), pause));
  }

  async host(answer: (response: ServerResponse, times: number) => void): Promise<PictureServer> {
    let times = 0;
    const server = await PictureServer.start((_, response) => answer(response, (times += 1)));
    this.servers.push(server);
    return server;
  }

  get drawn(): Buffer {
    return this.picture;
  }

  /** Submits pictures in this order. @returns their ids */
  async submit(urls: readonly string[]): Promise<number[]> {
    const ids: number[] = [];
    for (let sent = 0; sent < urls.length; sent += submittedAtOnce) {
      ids.push(...(await this.system.client.submitAll(urls.slice(sent, sent + submittedAtOnce))));
    }
    return ids;
  }

  /** Has a worker start when all that was submitted is in the broker's queue. @returns seconds since it is ready */
  async startWorker(): Promise<() => number> {
    const { client } = this.system;
    await until('all is relayed', async () => (await client.metric('ekphrasis_outbox_messages')) === 0, patience);
    await this.system.startWorker();
    const readyAt = performance.now();
    return () => (performance.now() - readyAt) / 1_000;
  }

  /** Waits until all are described. @returns how many attempts they took in all */
  async described(ids: readonly number[]): Promise<number> {
    await this.system.client.listed(ids, patience);
    const statuses = await this.system.client.statuses(ids);
    return statuses.reduce((sum, { attempts }) => sum + attempts, 0);
  }

  /** Bytes of everything that the product's processes have written to their logs. */
  async logBytes(): Promise<number> {
    const directory = join(repository, '.run/logs');
    const files = (await readdir(directory)).filter((file) => file.startsWith(`e2e-hosts-${this.name}-`));
    const sizes = await Promise.all(files.map(async (file) => (await stat(join(directory, file))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  async end(): Promise<void> {
    await this.system.stop();
    await Promise.all(this.servers.map((server) => server.stop()));
    await this.names.stop();
  }
}
