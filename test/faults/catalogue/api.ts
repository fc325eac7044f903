import { until } from '../../support/until.js';
import type { Fault, Scene } from '../fault.js';
import type { TestedSystem } from '../system/tested-system.js';
import type { Member } from '../system/member.js';
import type { Submission } from '../loads/captions/image-submissions.js';
import { holdAck, holdConfirm, holdPublish, killedAt, meanwhile } from './kill-points.js';

const firstApi = ({ apis }: TestedSystem): Member => apis[0];

/** Clients whose connection the kernel has taken and Node.js has not are reset when a listener closes: one or two at this rate. */
const resetByClosing = 2;

/** Whatever clients met but the end of a listener: there they may go to the other replica, or come again. */
function reportRefusals(submissions: readonly Submission[], addFinding: Scene['addFinding']): void {
  const refusals = submissions.flatMap(({ refusal }) => refusal ?? []).filter((each) => each !== 'ECONNREFUSED');
  const resets = refusals.filter((each) => each === 'ECONNRESET').length;
  if (refusals.length > resets || resets > resetByClosing) {
    addFinding(`${refusals.length} posts met ${[...new Set(refusals)].join(', ')}`);
  }
}

export const apiFaults: Fault[] = [
  {
    name: 'api-killed-before-publish',
    title: 'API killed after its answer and before its publish',
    inflict: killedAt(firstApi, (door) => holdPublish(door, 'caption.requested')),
  },
  {
    name: 'relay-killed-before-mark',
    title: 'relay killed between confirm and mark',
    inflict: killedAt(firstApi, (door) => holdConfirm(door, 'caption.requested')),
  },
  {
    name: 'api-killed-before-broadcast',
    title: 'API killed between commit and broadcast',
    inflict: killedAt(firstApi, (door) => holdPublish(door, 'image.recorded')),
  },
  {
    name: 'api-killed-before-ack',
    title: 'API killed between broadcast and ack',
    inflict: killedAt(firstApi, (door) => holdAck(door, 'caption.completed')),
  },
  {
    name: 'api-frozen',
    title: 'API frozen for 12 s (SIGSTOP)',
    async inflict({ system, load, mark }) {
      const [api] = system.apis;
      api.freeze();
      mark('frozen');
      await new Promise((resolve) => setTimeout(resolve, 12_000));
      api.thaw();
      await load.untilAccepted(1);
    },
  },
  {
    name: 'api-sigterm',
    title: 'SIGTERM to an API under load',
    async inflict({ system, load, mark, addFinding }) {
      const [api] = system.apis;
      const earlier = load.all.length;
      mark('SIGTERM');
      if (!(await api.stop())) addFinding('it had to be killed');
      await load.untilAccepted(meanwhile);
      await api.restart();
      reportRefusals(load.all.slice(earlier), addFinding);
    },
  },
  {
    name: 'api-restart-without-broker',
    title: 'API restart with the broker down',
    async inflict({ system, load, mark, addFinding }) {
      const [api, other] = system.apis;
      await system.broker.kill();
      mark('broker killed');
      await load.untilAccepted(meanwhile);
      const finished = new Set(await other.client.finishedIds());
      await api.stop();
      await api.restart('/health/live');
      mark('API restarted');
      const known = new Set(await api.client.finishedIds());
      const missing = [...finished].filter((id) => !known.has(id));
      if (missing.length > 0)
        addFinding(`restarted without the broker it does not know ${missing.length} finished ids`);
      await load.untilAccepted(meanwhile);
      await system.broker.restart();
    },
  },
  {
    name: 'replicas-agree',
    title: 'two API replicas, each answers the same',
    async inflict({ system, load, addFinding }) {
      const [one, other] = system.apis;
      await load.untilAccepted(meanwhile);
      const finished = await one.client.finishedIds();
      const describing = (client: typeof one.client) => client.descriptionsOf(finished.slice(-meanwhile));
      await until('the other lists them', async () => {
        const listed = new Set(await other.client.finishedIds());
        return finished.every((id) => listed.has(id));
      });
      const answers = await Promise.all([describing(one.client), describing(other.client)]);
      if (String(answers[0]) !== String(answers[1])) addFinding('they describe images differently');
    },
  },
  {
    name: 'one-key-a-thousand-times',
    title: 'a thousand concurrent requests with one idempotency key',
    async inflict({ system, load, mark, addFinding }) {
      const url = system.pictures.url(`one-key-${Date.now()}`);
      const post = (_: unknown, index: number) =>
        system.apis[index % 2]!.client.postJson('/images', { image_url: url }, { 'idempotency-key': url });
      mark('a thousand');
      const answers = await Promise.all(Array.from({ length: 1_000 }, post));
      const ids = [
        ...new Set(answers.map(({ status, json }) => (status === 200 ? json.image_id : `status ${status}`))),
      ];
      if (ids.length !== 1) addFinding(`answered with ${ids.slice(0, 5).join(', ')} (${ids.length} different)`);
      const id = Number(ids[0]);
      load.adopt({ url, imageId: id });
      await system.apis[0].client.listed([id]);
      const asked = system.pictures.timesAsked(url);
      if (asked !== 1) addFinding(`its picture was fetched ${asked} times`);
    },
  },
];
