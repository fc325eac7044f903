import { setTimeout as pause } from 'node:timers/promises';
import { readBigLists, type BigLists } from './big-lists.js';
import { openEventStreams } from './event-streams.js';
import type { Figure } from './figure.js';
import { post } from './load.js';
import { pacedPosts, type PacedPosts } from './paced-posts.js';
import { longestTurn, residentMegabytes } from './process-memory.js';
import type { BenchApi, Stage } from './stage.js';
import { median, quantile } from '../statistics.js';

const images = 3_000_000;
const listsAtOnce = 16;
const streams = 600;
const idsEach = 200;
const postsPerSecond = 100;
const besideSeconds = 10;
/** The first second of a load is not counted: its processes start in it. */
const startMs = 1_000;
/** How long after the broker's connections were closed answers are looked at. */
const reconnectMs = 8_000;
const limit = { atMost: 50 };

/** `POST /images` at a steady pace: alone, beside big lists, and beside many event streams, whose broker goes away for a moment. */
export async function benchContention(stage: Stage): Promise<Figure[]> {
  const database = await stage.createDatabase();
  await database.seedDescribed(images);
  const firstId = await database.seedQueued(streams * idsEach);
  const api = await stage.startApi(database, {});
  await post(api.url, 16, 3);
  const alone = await pacedPosts({ url: api.url, perSecond: postsPerSecond, seconds: besideSeconds });
  return [
    ...latencies('alone', milliseconds(alone)),
    ...(await besideLists(api)),
    ...(await besideStreams(stage, api, firstId)),
  ];
}

async function besideLists(api: BenchApi): Promise<Figure[]> {
  const before = await residentMegabytes(api.url);
  const [posts, lists] = await Promise.all([
    pacedPosts({ url: api.url, perSecond: postsPerSecond, seconds: besideSeconds + 2 }),
    readBigLists({ url: api.url, atOnce: listsAtOnce, seconds: besideSeconds + 2 }),
  ]);
  const grown = (await residentMegabytes(api.url)) - before;
  const turn = await longestTurn(api.url);
  const from = (posts.sentAt[0] ?? 0) + startMs;
  const name = `beside ${listsAtOnce} lists of ${images} ids`;
  return [
    ...latencies(name, milliseconds(posts, from, from + besideSeconds * 1000), limit),
    refusedFigure(name, posts),
    ...listFigures(name, lists),
    turnFigure(name, turn),
    { part: 'contention', name: `${name}, memory grown`, value: grown, unit: 'MB' },
  ];
}

function listFigures(name: string, lists: BigLists): Figure[] {
  const megabytes = lists.bytes / 1e6 / (besideSeconds + 2);
  return [
    { part: 'contention', name: `${name}, one list, median`, value: median(lists.milliseconds), unit: 'ms' },
    { part: 'contention', name: `${name}, all lists`, value: megabytes, unit: 'MB/s' },
  ];
}

async function besideStreams(stage: Stage, api: BenchApi, firstId: number): Promise<Figure[]> {
  const before = await residentMegabytes(api.url);
  const posting = pacedPosts({ url: api.url, perSecond: postsPerSecond, seconds: 45 });
  // awaited at the end, and may fail before
  posting.catch(() => undefined);
  await pause(startMs);
  const openingAt = Date.now();
  const held = await openEventStreams({ url: api.url, streams, idsEach, firstId });
  const openAt = Date.now();
  const turnAtOpening = await longestTurn(api.url);
  await pause(startMs);
  const grown = (await residentMegabytes(api.url)) - before;
  await longestTurn(api.url);
  const closedAt = Date.now();
  await stage.broker.control('close_all_connections', 'bench');
  await pause(reconnectMs);
  const turnAtReconnect = await longestTurn(api.url);
  const { ended } = await held.report();
  await held.close();
  const posts = await posting;
  const name = `beside ${streams} streams of ${idsEach} ids`;
  return [
    ...latencies(`${name}, while they open`, milliseconds(posts, openingAt, openAt), limit),
    ...latencies(
      `${name}, while the broker's connections are made anew`,
      milliseconds(posts, closedAt, closedAt + reconnectMs),
      limit,
    ),
    refusedFigure(name, posts),
    turnFigure(`${name}, while they open`, turnAtOpening),
    turnFigure(`${name}, while the broker's connections are made anew`, turnAtReconnect),
    { part: 'contention', name: `${name}, all open and told`, value: (openAt - openingAt) / 1000, unit: 's' },
    { part: 'contention', name: `${name}, ended by the API`, value: ended, unit: '', target: { atMost: 0 } },
    { part: 'contention', name: `${name}, memory grown`, value: grown, unit: 'MB' },
  ];
}

function refusedFigure(beside: string, { refused }: PacedPosts): Figure {
  return { part: 'contention', name: `POST ${beside}, refused`, value: refused, unit: '', target: { atMost: 0 } };
}

function turnFigure(beside: string, value: number): Figure {
  return { part: 'contention', name: `${beside}, longest turn of the event loop`, value, unit: 'ms' };
}

/** Of the requests that were sent in that time, with those whose answers came later. */
function milliseconds({ sentAt, milliseconds: took }: PacedPosts, from = 0, to = Infinity): Float64Array {
  return took.filter((_, index) => (sentAt[index] ?? 0) >= from && (sentAt[index] ?? 0) < to);
}

function latencies(beside: string, values: Float64Array, target?: { atMost: number }): Figure[] {
  const figure = (name: string, value: number): Figure => ({
    part: 'contention',
    name: `POST ${beside}, ${name}`,
    value,
    unit: 'ms',
  });
  return [
    figure('p50', quantile(values, 0.5)),
    { ...figure('p99', quantile(values, 0.99)), target },
    figure('longest', quantile(values, 1)),
  ];
}
