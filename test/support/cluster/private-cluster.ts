import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Link } from '../network/link.js';
import { findFreePort, startPrivateRabbitmq, type PrivateRabbitmq } from '../setup-scripts.js';
import { until } from '../until.js';
import { NameRegistry } from './name-registry.js';

/** Short, so that a node that is frozen or cut off is noticed within seconds; RabbitMQ's own default is a minute. */
const tickSeconds = 6;
/**
 * A message whose time-to-live is over is lost where its next queue's leader is cut off just then; the broker sends it again after
 * this, by its own default after three minutes.
 */
const deadLetterAgainSeconds = 20;
const formedWithinMs = 120_000;
/** How often in a row a cluster must look whole to be so. */
const wholeLooks = 5;
/** Long enough for a node that pauses to be there again. */
const pausedWithinMs = 30_000;

interface Place {
  /** Without its `@localhost`. */
  name: string;
  distributionPort: number;
  epmdPort: number;
}

/**
 * A cluster of private RabbitMQ nodes on this machine. Each reaches each of the others by a link of its own, which can be cut, as
 * a network can; clients reach all of them, each by a link as well.
 */
export class PrivateCluster {
  private constructor(
    readonly nodes: readonly PrivateRabbitmq[],
    private readonly places: readonly Place[],
    private readonly registries: readonly NameRegistry[],
    /** From the first node to the second: by their names. */
    private readonly links: ReadonlyMap<string, Link>,
    /** From the clients to each node. */
    private readonly doors: readonly Link[],
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
    const doors = await Promise.all(nodes.map(({ url }) => Link.open(url)));
    const cluster = new PrivateCluster(nodes, places, registries, links, doors);
    await cluster.untilWhole().catch(async (error: unknown) => {
      await cluster.close();
      throw error;
    });
    return cluster;
  }

  /** For clients: names all nodes. */
  get url(): string {
    const hosts = this.doors.map(({ url }) => new URL(url).host);
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

  /**
   * Sees to it that all clients are with these nodes: the others refuse them meanwhile, and each goes to the next that it knows.
   *
   * @param connections how many the clients have, all together
   */
  async moveClientsTo(nodes: readonly PrivateRabbitmq[], connections: number): Promise<void> {
    const isMeant = (_: Link, index: number): boolean => nodes.includes(this.nodes[index]!);
    const others = this.doors.filter((door, index) => !isMeant(door, index));
    const taken = (): number => this.doors.filter(isMeant).reduce((sum, door) => sum + door.connections, 0);
    for (const door of others) door.refuse();
    await until('all clients are connected', () => taken() >= connections, { within: formedWithinMs });
    for (const door of others) door.admit();
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

  /** Resolves when every node runs and sees all others, look after look: what has just happened to one is noticed a moment later. */
  async untilWhole(within = formedWithinMs): Promise<void> {
    let looks = 0;
    const isWhole = async (): Promise<boolean> => {
      const counts = await Promise.all(this.nodes.map(seenBy));
      looks = counts.every((count) => count === this.nodes.length) ? looks + 1 : 0;
      return looks === wholeLooks;
    };
    await until('all nodes see each other', isWhole, { within, every: 500 });
  }

  /**
   * Thaws a node. One that finds the others away and back in the same moment does not pause, and stays partitioned from them where
   * Mnesia keeps the metadata: it is restarted then, as an operator would do it. @returns whether it was
   */
  async thaw(node: PrivateRabbitmq): Promise<boolean> {
    await node.thaw();
    const isPartitioned = await this.untilWhole(pausedWithinMs).then(
      () => false,
      () => true,
    );
    if (isPartitioned) await node.restart();
    return isPartitioned;
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map(end));
    await closeAll([...this.doors, ...this.links.values(), ...this.registries]);
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
      member: { name: `${name}@localhost`, cookie, distributionPort, epmdPort, tickSeconds, deadLetterAgainSeconds },
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
