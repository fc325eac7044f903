import type { Figure } from './figure.js';
import { post, type Load } from './load.js';
import { residentMegabytes } from './process-memory.js';
import type { BenchApi, Stage } from './stage.js';
import { median } from '../statistics.js';

const connectionCounts = [1, 16, 64, 256];
const judgedConnections = 64;
const warmUpSeconds = 3;

/** One load on the baseline and one on the API, right after each other. */
interface Round {
  baseline: Load;
  api: Load;
}

/** `POST /images` beside a route that keeps nothing, with the broker there and with the broker frozen. */
export async function benchPost(stage: Stage, seconds: number): Promise<Figure[]> {
  const baseline = await stage.startBaseline();
  const api = await stage.startApi();
  for (const { url } of [baseline, api]) await post(url, judgedConnections, warmUpSeconds);
  await settle(stage, api);

  const figures: Figure[] = [];
  const usual: Load[] = [];
  let unfrozen: Round[] = [];
  let catchingUp: number[] = [];
  for (const connections of connectionCounts) {
    const rounds: Round[] = [];
    const settled: number[] = [];
    for (let round = 0; round < (connections === judgedConnections ? 5 : 3); round += 1) {
      rounds.push({
        baseline: await post(baseline.url, connections, seconds),
        api: await post(api.url, connections, seconds),
      });
      settled.push(await settle(stage, api));
      if (connections === judgedConnections) usual.push(await post(baseline.url, connections, seconds, '/usual'));
    }
    figures.push(...figuresOf(`${connections} connections`, rounds));
    if (connections === judgedConnections) [unfrozen, catchingUp] = [rounds, settled];
  }
  figures.push(...besideUsual(unfrozen, usual));
  figures.push({
    part: 'post',
    name: `${judgedConnections} connections, until the relay has caught up after ${seconds} s`,
    value: median(catchingUp) / 1000,
    unit: 's',
  });
  figures.push({
    part: 'post',
    name: `${judgedConnections} connections, ratio with the catching up counted`,
    value: median(unfrozen.map((round, index) => ratioWith(round, seconds, catchingUp[index] ?? NaN))),
    unit: '×',
  });
  const frozen = await benchFrozen(stage, api, baseline.url, seconds);
  return [...figures, ...frozen.figures, comparison(frozen.rounds, unfrozen)];
}

async function benchFrozen(stage: Stage, api: BenchApi, baselineUrl: string, seconds: number) {
  const before = await residentMegabytes(api.url);
  await stage.broker.freeze();
  const rounds: Round[] = [];
  const memory: number[] = [];
  try {
    for (let round = 0; round < 5; round += 1) {
      rounds.push({
        api: await post(api.url, judgedConnections, seconds),
        baseline: await post(baselineUrl, judgedConnections, seconds),
      });
      memory.push(await residentMegabytes(api.url));
    }
  } finally {
    await stage.broker.thaw();
  }
  const waiting = await api.database.outboxSize();
  const caughtUp = await settle(stage, api);
  const name = 'broker frozen, 64 connections';
  const figures: Figure[] = [
    ...figuresOf(name, rounds, { atLeast: 0.8 }),
    { part: 'post', name: `${name}, memory before`, value: before, unit: 'MB' },
    { part: 'post', name: `${name}, memory after the first load`, value: memory[0] ?? NaN, unit: 'MB' },
    { part: 'post', name: `${name}, memory after the last load`, value: memory.at(-1) ?? NaN, unit: 'MB' },
    { part: 'post', name: 'images that waited for the frozen broker', value: waiting, unit: '' },
    { part: 'post', name: 'thawed until all of them were with it', value: caughtUp / 1000, unit: 's' },
  ];
  return { rounds, figures };
}

/** What the relay put off during the load is work of the API too. */
function ratioWith({ api, baseline }: Round, seconds: number, catchingUpMs: number): number {
  return (api.perSecond * seconds) / (seconds + catchingUpMs / 1000) / baseline.perSecond;
}

/** The same beside a route without I/O that validates with Nest's own ValidationPipe, which costs more than ours. */
function besideUsual(rounds: Round[], usual: Load[]): Figure[] {
  const name = `${judgedConnections} connections, no I/O behind Nest's ValidationPipe`;
  const ratios = rounds.map(({ api }, index) => api.perSecond / (usual[index]?.perSecond ?? NaN));
  return [
    { part: 'post', name, value: median(usual.map(({ perSecond }) => perSecond)), unit: '1/s' },
    { part: 'post', name: `${name}, ratio`, value: median(ratios), unit: '×' },
  ];
}

/** Waits until the relay has caught up, which would slow the next load down, and empties the broker. */
async function settle(stage: Stage, api: BenchApi): Promise<number> {
  const milliseconds = await api.database.outboxEmptied();
  await stage.emptyQueues();
  return milliseconds;
}

function figuresOf(name: string, rounds: Round[], ratioTarget?: { atLeast: number }): Figure[] {
  const middle = (of: (round: Round) => number): number => median(rounds.map(of));
  const ratio: Figure = {
    part: 'post',
    name: `${name}, ratio`,
    value: middle((round) => round.api.perSecond / round.baseline.perSecond),
    unit: '×',
    target: ratioTarget ?? (name.startsWith(`${judgedConnections} `) ? { atLeast: 0.8 } : undefined),
  };
  return [
    { part: 'post', name: `${name}, no I/O`, value: middle(({ baseline }) => baseline.perSecond), unit: '1/s' },
    { part: 'post', name: `${name}, POST /images`, value: middle(({ api }) => api.perSecond), unit: '1/s' },
    { part: 'post', name: `${name}, p50`, value: middle(({ api }) => api.p50), unit: 'ms' },
    { part: 'post', name: `${name}, p99`, value: middle(({ api }) => api.p99), unit: 'ms' },
    ratio,
  ];
}

function comparison(frozen: Round[], unfrozen: Round[]): Figure {
  const perSecond = (rounds: Round[]): number => median(rounds.map(({ api }) => api.perSecond));
  return {
    part: 'post',
    name: 'broker frozen, against the same with the broker there',
    value: perSecond(frozen) / perSecond(unfrozen),
    unit: '×',
    target: { atLeast: 0.8 },
  };
}
