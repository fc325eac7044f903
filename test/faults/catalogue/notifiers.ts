import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { deliveryOf } from '../../support/network/amqp-predicates.js';
import { until } from '../../support/until.js';
import type { ReceivedPost } from '../../support/webhook-receiver.js';
import type { Fault, Scene } from '../fault.js';
import type { TestedSystem } from '../system/tested-system.js';
import type { Member } from '../system/member.js';
import { servicesSystem } from './services.js';
import { holdAck, holdPublish, killAndReplace, killedAt } from './kill-points.js';

const notifiers = (system: TestedSystem): [Member, Member] => system.inRole('notifier');
const firstNotifier = (system: TestedSystem): Member => notifiers(system)[0];
const path = '/measured';
/** Longer than broker and clients wait for a sign of each other. */
const cutMs = 20_000;
/** An hour of the usual schedule: its first three attempts, and the fourth fails too. */
const deadMs = 8_000;
const enough = 3;

/** Lets a dead notifier's way to the database go; what it had sent never gets there. */
function bury({ database }: Member): void {
  database!.reset();
  database!.heal();
}

/** Kills the notifier that has a measurement in hand and cannot commit it. */
async function killTaken(scene: Scene): Promise<void> {
  const victim = firstNotifier(scene.system);
  victim.database!.cut('to-service');
  const isTaken = deliveryOf('measurement.taken');
  await new Promise<void>((resolve) => {
    const end = victim.broker.frames((frame) => {
      if (!isTaken(frame)) return;
      end();
      resolve();
    });
  });
  await killAndReplace(scene, victim, () => bury(victim));
}

/** The next POST to a receiver, which is not answered by itself. */
async function nextPost({ loads }: Scene): Promise<{ response: ServerResponse; id: string }> {
  const { receiver } = loads.measurements.audience;
  const next = new Promise<{ response: ServerResponse; id: string }>((resolve) =>
    receiver.answer(path, (response, { id }) => resolve({ response, id })),
  );
  return next.finally(() => receiver.answer(path, undefined));
}

/** Waits until the receiver has been told once more: what nobody knows to have come is sent again. */
async function untilToldAgain({ loads, mark }: Scene, id: string): Promise<void> {
  const { receiver } = loads.measurements.audience;
  const times = (): number => receiver.postsTo(path).filter((post) => post.id === id).length;
  await until('the receiver is told again', () => times() > 1);
  mark('told again');
}

/** Kills both notifiers, one of which waits for a receiver's answer; they start again one after the other. */
async function killAttempting(scene: Scene): Promise<void> {
  const { id } = await nextPost(scene);
  scene.mark('POST came');
  const [one, other] = notifiers(scene.system);
  await Promise.all([one.kill(), other.kill()]);
  scene.mark('killed');
  await scene.loads.untilAcceptedFor(2);
  await Promise.all([one.restart(), other.restart()]);
  await untilToldAgain(scene, id);
}

/** Kills the notifiers when a receiver has answered, and before either can record it. */
async function killAnswered(scene: Scene): Promise<void> {
  const { response, id } = await nextPost(scene);
  const both = notifiers(scene.system);
  for (const { database } of both) database!.cut('to-service');
  const sent = once(response, 'finish');
  response.writeHead(204).end();
  await sent;
  scene.mark('answered');
  await pause(200); // the answer is read, and its record waits at the link
  await Promise.all(both.map((notifier) => notifier.kill()));
  both.forEach(bury);
  scene.mark('killed');
  await Promise.all(both.map((notifier) => notifier.restart()));
  await untilToldAgain(scene, id);
}

/** Lets a receiver misbehave while pictures are measured; what others hear must not wait for it. */
async function misbehaving(
  scene: Scene,
  answer: (response: ServerResponse, post: ReceivedPost) => void,
): Promise<void> {
  const { loads, mark, addFinding } = scene;
  const { audience, entries } = loads.measurements;
  const { receiver } = audience;
  receiver.answer('/above-3', answer);
  mark('misbehaves');
  const since = performance.now();
  await pause(deadMs);
  const settled = since + deadMs - 3_000;
  const due = entries.accepted.filter(({ owner, sentAt }) => owner === 0 && sentAt > since && sentAt < settled);
  const waiting = due.filter(({ measurement }) => audience.timeOf(path, measurement!.measurement_id) === undefined);
  if (due.length < enough) addFinding(`only ${due.length} pictures were measured meanwhile`);
  if (waiting.length > 0) addFinding(`${waiting.length} of ${due.length} were not told to another receiver in 3 s`);
  if (receiver.postsTo('/above-3').length === 0) addFinding('the receiver was not called');
  receiver.answer('/above-3', undefined);
}

/** What a receiver may answer that is no success, one after the other: another address, nothing, half an answer, a lie that asks for more. */
function lies(): (response: ServerResponse) => void {
  let count = 0;
  const kinds: ((response: ServerResponse) => void)[] = [
    (response) => void response.writeHead(302, { location: '/measured' }).end(),
    () => undefined,
    (response) => void response.socket?.destroy(),
    (response) => void response.writeHead(500).end('{"status": "ok"}'),
    (response) => void response.writeHead(429, { 'retry-after': '86400' }).end(),
    (response) => void response.writeHead(304).end(),
    (response) => void response.socket?.end('nonsense\r\n\r\n'),
  ];
  return (response) => kinds[count++ % kinds.length]!(response);
}

/** Rows of one load: clients have pictures measured, and receivers are told of them. */
const measurementRows: Omit<Fault, 'system' | 'loads'>[] = [
  {
    name: 'api-killed-after-red',
    title: 'API killed after its answer to a measurement, before its publish',
    inflict: killedAt(
      ({ apis }) => apis[0],
      (door) => holdPublish(door, 'measurement.taken'),
    ),
  },
  { name: 'notifier-killed-taken', title: 'notifier killed: measurement taken, not counted', inflict: killTaken },
  {
    name: 'notifier-killed-committed',
    title: 'notifier killed: measurement counted, not acked',
    inflict: killedAt(firstNotifier, (door) => holdAck(door, 'measurement.taken')),
  },
  {
    name: 'notifier-killed-attempting',
    title: 'both notifiers killed: a receiver has the POST and has not answered',
    inflict: killAttempting,
  },
  {
    name: 'notifier-killed-answered',
    title: 'both notifiers killed: a receiver has answered, and that is not recorded',
    inflict: killAnswered,
  },
  {
    name: 'notifier-frozen',
    title: 'notifier frozen for 12 s (SIGSTOP)',
    async inflict({ system, mark }) {
      const notifier = firstNotifier(system);
      notifier.freeze();
      mark('frozen');
      await pause(12_000);
      notifier.thaw();
    },
  },
  {
    name: 'notifiers-cut',
    slow: true,
    title: 'notifiers cut off from the broker for 20 s, then from the database',
    async inflict({ system, mark }) {
      for (const side of ['broker', 'database'] as const) {
        const links = notifiers(system).map((notifier) => notifier[side]);
        for (const link of links) link?.cut();
        mark(`${side} cut`);
        await pause(cutMs);
        for (const link of links) link?.heal();
      }
    },
  },
  {
    name: 'receiver-slow',
    title: 'a receiver of webhooks takes 2 s for each answer',
    inflict: (scene) => misbehaving(scene, (response) => void setTimeout(() => response.writeHead(204).end(), 2_000)),
  },
  {
    name: 'receiver-lying',
    title: 'a receiver of webhooks redirects, hangs, breaks off, talks nonsense',
    inflict: (scene) => misbehaving(scene, lies()),
  },
  {
    name: 'receiver-talking',
    title: 'a receiver of webhooks says 200 and then never stops talking',
    inflict: (scene) =>
      misbehaving(scene, (response) => {
        response.writeHead(200);
        const talking = setInterval(() => response.write('more and more '.repeat(1_000)), 5);
        response.on('close', () => clearInterval(talking)).on('error', () => undefined);
      }),
  },
  {
    name: 'receiver-dead',
    title: 'receivers of webhooks dead for most of a schedule of one hour, shortened',
    async inflict({ loads, mark }) {
      const { receiver } = loads.measurements.audience;
      await receiver.close();
      mark('dead');
      await pause(deadMs);
      await receiver.open();
    },
  },
];

export const notifierFaults: Fault[] = measurementRows.map((row) => ({
  ...row,
  system: servicesSystem,
  loads: ['measurements'],
}));
