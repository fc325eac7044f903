import { until } from '../../support/until.js';
import { findRabbitmq, type PrivateRabbitmq } from '../../support/setup-scripts.js';
import type { Fault, Scene } from '../fault.js';

const system = { cluster: true };
/** Pictures that are accepted while a node is away. */
const meanwhile = 60;
/** Pictures that must be described before a node comes back. */
const goOn = 60;
const goOnWithinMs = 90_000;
/** One to publish, one to consume. */
const connectionsOfEach = 2;

/** The node that leads the queue of jobs, in a cluster that is whole. */
async function leader({ system: { cluster }, addFinding }: Scene): Promise<PrivateRabbitmq> {
  await cluster.untilWhole();
  const replicas = await cluster.replicasOf('caption.jobs');
  if (replicas !== cluster.nodes.length) addFinding(`caption.jobs has ${replicas} replicas`);
  return cluster.leaderOf('caption.jobs');
}

/** Two nodes of three are enough: pictures go on to be described while the third is away. */
async function untilOthersGoOn({ system: { apis }, addFinding, mark }: Scene): Promise<void> {
  const described = async (): Promise<number> => (await apis[0].client.finishedIds()).length;
  const before = await described();
  await until('pictures are described', async () => (await described()) >= before + goOn, {
    within: goOnWithinMs,
    every: 200,
  }).then(
    () => mark('the others go on'),
    (error: Error) => addFinding(`while a node was away: ${error.message}`),
  );
}

const others = ({ system: { cluster } }: Scene, node: PrivateRabbitmq): PrivateRabbitmq[] =>
  cluster.nodes.filter((other) => other !== node);

async function moveClientsTo({ system, mark }: Scene, nodes: PrivateRabbitmq[]): Promise<void> {
  await system.cluster.moveClientsTo(nodes, connectionsOfEach * system.members.length);
  await until('everybody is ready', () => system.isWell());
  mark('clients moved');
}

async function cutOff(scene: Scene, node: PrivateRabbitmq): Promise<void> {
  const { cluster } = scene.system;
  cluster.isolate(node);
  scene.mark('cut off');
  await untilOthersGoOn(scene);
  cluster.reunite(node);
}

const cannotRun = (): string | undefined =>
  findRabbitmq() ? undefined : 'a cluster needs RabbitMQ installed on this machine';

/** A broker of three nodes; clients know all of them. */
export const clusterFaults: Fault[] = (<Omit<Fault, 'system' | 'slow'>[]>[
  {
    name: 'cluster-leader-killed',
    title: 'cluster: the node that leads the jobs’ queue killed',
    async inflict(scene) {
      const node = await leader(scene);
      await node.kill();
      scene.mark('killed');
      await untilOthersGoOn(scene);
      await node.restart();
    },
  },
  {
    name: 'cluster-node-frozen',
    title: 'cluster: the node that leads the jobs’ queue frozen (SIGSTOP)',
    async inflict(scene) {
      const node = await leader(scene);
      await node.freeze();
      scene.mark('frozen');
      await untilOthersGoOn(scene);
      if (await scene.system.cluster.thaw(node)) scene.mark('partitioned, restarted');
    },
  },
  {
    name: 'cluster-minority',
    title: 'cluster: a node cut off from the other two, with all clients on its side',
    async inflict(scene) {
      const node = await leader(scene);
      await moveClientsTo(scene, [node]);
      await cutOff(scene, node);
    },
  },
  {
    name: 'cluster-majority',
    title: 'cluster: a node cut off from the other two, with all clients on theirs',
    async inflict(scene) {
      const node = await leader(scene);
      await moveClientsTo(scene, others(scene, node));
      await cutOff(scene, node);
    },
  },
  {
    name: 'cluster-rolling-restart',
    title: 'cluster: its nodes restarted one after the other',
    async inflict(scene) {
      await leader(scene);
      for (const node of scene.system.cluster.nodes) {
        await node.restart();
        await scene.system.cluster.untilWhole();
        scene.mark('restarted');
      }
    },
  },
  {
    name: 'cluster-all-killed',
    title: 'cluster: all three nodes killed',
    async inflict(scene) {
      await leader(scene);
      const { nodes } = scene.system.cluster;
      await Promise.all(nodes.map((node) => node.kill()));
      scene.mark('killed');
      await scene.load.untilAccepted(meanwhile);
      await Promise.all(nodes.map((node) => node.restart()));
    },
  },
]).map((fault) => ({ ...fault, system, slow: true, cannotRun }));
