import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Link } from '../network/link.js';
import { findFreePort, startPrivateRabbitmq, type PrivateRabbitmq } from '../setup-scripts.js';
import { until } from '../until.js';
import { NameRegistry } from './name-registry.js';

/** Short, so that a node that is frozen or cut off is noticed within seconds; RabbitMQ's own default is a minute. */
const tickSeconds = 6;
const formedWithinMs = 120_000;

/** `rabbitmqctl close_all_connections` closes those of all nodes. */
const closeLocalConnections =
  '[rabbit_networking:close_connection(Pid, "by the fault suite") || Pid <- rabbit_networking:local_connections()].';

interface Place {
  /** Without its `@localhost`. */
  name: string;
  distributionPort: number;
  epmdPort: number;
}

/**
 * A cluster of private RabbitMQ nodes on this machine. Each reaches each of the others by a link of its own, which can be cut, as
 * a network can; clients reach all of them.
 */
export class PrivateCluster {
  private constructor(
    readonly nodes: readonly PrivateRabbitmq[],
    private readonly places: readonly Place[],
    private readonly registries: readonly NameRegistry[],
    /** From the first node to the second: by their names. */
    private readonly links: ReadonlyMap<string, Link>,
  ) {}

  /** @param directory for the data of all nodes @throws Error where RabbitMQ is not installed, or they do not come together */
  static async start(directory: string, size = 3): Promise<PrivateCluster> {
    const places: Place[] = [];
    for (let number = 1; number <= size; number += 1) {
      places.push({
        name: `ekphrasis-${number}`,
        distributionPort: await findFreePort(),
        epmdPort: await findFreePort(),
      });
    }
    const links = new Map<string, Link>();
    const registries: NameRegistry[] = [];
    for (const from of places) {
      const others = new Map<string, number>();
      for (const to of places.filter((place) => place !== from)) {
        const link = await Link.open(`http://127.0.0.1:${to.distributionPort}`);
        links.set(`${from.name} ${to.name}`, link);
        others.set(to.name, Number(new URL(link.url).port));
      }
      registries.push(await NameRegistry.start(from.epmdPort, others));
    }
    const nodes = await startNodes(directory, places).catch(async (error: unknown) => {
      await closeAll([...links.values(), ...registries]);
      throw error;
    });
    const cluster = new PrivateCluster(nodes, places, registries, links);
    await cluster.untilWhole().catch(async (error: unknown) => {
      await cluster.close();
      throw error;
    });
    return cluster;
  }

  /** Names all nodes. */
  get url(): string {
    const hosts = this.nodes.map(({ url }) => new URL(url).host);
    return `amqp://guest:guest@${hosts.join(',')}`;
  }

  /** The node with the leader of a queue. */
  async leaderOf(queue: string): Promise<PrivateRabbitmq> {
    const leader = await until(`${queue} has a leader`, async () => {
      for (const node of this.nodes) {
        const found = await ask<{ leader?: string }>(node, `/api/queues/%2F/${queue}`).catch(() => undefined);
        if (found?.leader) return found.leader;
      }
      return undefined;
    });
    const index = this.places.findIndex(({ name }) => leader.startsWith(`${name}@`));
    const node = this.nodes[index];
    if (!node) throw new Error(`${queue} is led by ${leader}, which is none of the nodes`);
    return node;
  }

  /** On how many nodes a queue has a replica. */
  async replicasOf(queue: string): Promise<number> {
    const [node] = this.nodes;
    if (!node) return 0;
    return (await ask<{ members?: string[] }>(node, `/api/queues/%2F/${queue}`)).members?.length ?? 0;
  }

  /** Sees to it that no client is connected to these: each that is goes to the next node that it knows. */
  async moveClientsFrom(nodes: readonly PrivateRabbitmq[]): Promise<void> {
    let looksWithout = 0;
    await until(
      'the clients are elsewhere',
      async () => {
        const taken = [];
        for (const node of nodes) if ((await clientsOf(node)) > 0) taken.push(node);
        for (const node of taken) await node.control('eval', closeLocalConnections);
        // who is on the way from one to the other is seen at the second look
        looksWithout = taken.length === 0 ? looksWithout + 1 : 0;
        return looksWithout === 2;
      },
      { within: formedWithinMs, every: 3_000 },
    );
  }

  /** Cuts a node off from all others; clients still reach it. */
  isolate(node: PrivateRabbitmq): void {
    for (const link of this.linksOf(node)) link.cut();
  }

  /** What was sent to a node that was cut off is of a connection that both sides have given up. */
  reunite(node: PrivateRabbitmq): void {
    for (const link of this.linksOf(node)) {
      link.heal();
      link.reset();
    }
  }

  /** Resolves when every node runs and sees all others. */
  async untilWhole(): Promise<void> {
    await until(
      'all nodes see each other',
      async () => (await Promise.all(this.nodes.map(seenBy))).every((count) => count === this.nodes.length),
      {
        within: formedWithinMs,
        every: 500,
      },
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map(end));
    await closeAll([...this.links.values(), ...this.registries]);
  }

  private linksOf(node: PrivateRabbitmq): Link[] {
    const name = this.places[this.nodes.indexOf(node)]?.name ?? '';
    return [...this.links].filter(([ends]) => ends.split(' ').includes(name)).map(([, link]) => link);
  }
}

async function startNodes(directory: string, places: readonly Place[]): Promise<PrivateRabbitmq[]> {
  const cookie = randomUUID().replaceAll('-', '').toUpperCase();
  const configuration = [
    'cluster_partition_handling = pause_minority',
    'cluster_formation.peer_discovery_backend = classic_config',
    ...places.map(({ name }, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${name}@localhost`),
  ];
  const starting = places.map(({ name, distributionPort, epmdPort }) =>
    startPrivateRabbitmq({
      directory: join(directory, name),
      configuration,
      member: { name: `${name}@localhost`, cookie, distributionPort, epmdPort, tickSeconds },
    }),
  );
  return Promise.all(starting).catch(async (error: unknown) => {
    const outcomes = await Promise.allSettled(starting);
    await Promise.all(outcomes.map(async (outcome) => outcome.status === 'fulfilled' && (await end(outcome.value))));
    throw error;
  });
}

async function end(node: PrivateRabbitmq): Promise<void> {
  await node.kill();
  await node.stop();
}

async function closeAll(closables: readonly { close(): Promise<void> }[]): Promise<void> {
  await Promise.all(closables.map((each) => each.close()));
}

async function clientsOf(node: PrivateRabbitmq): Promise<number> {
  return Number(await node.control('eval', 'length(rabbit_networking:local_connections()).'));
}

/** How many nodes one of them sees running; 0 where it does not say. */
async function seenBy(node: PrivateRabbitmq): Promise<number> {
  const nodes = await ask<{ running: boolean }[]>(node, '/api/nodes').catch(() => []);
  return nodes.filter(({ running }) => running).length;
}

async function ask<T>(node: PrivateRabbitmq, path: string): Promise<T> {
  const response = await fetch(`${node.managementUrl}${path}`, {
    headers: { authorization: `Basic ${Buffer.from('guest:guest').toString('base64')}` },
    signal: AbortSignal.timeout(3_000),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return (await response.json()) as T;
}
