import type { Lane, Trust } from './lane.js';

/** Who answers comes first. */
const order: readonly Trust[] = ['proven', 'new', 'doubtful'];
/** The shares of the quick places: of doubtful receivers, of these and new ones, of all. */
const shareOfQuick: Record<Trust, number> = { doubtful: 0.5, new: 0.75, proven: 1 };
/** Up to which share of the slow places an attempt may begin. Whoever answers does not wait for those who do not. */
const shareOfSlow: Record<Trust, number | undefined> = { doubtful: 0.5, new: 1, proven: undefined };
/** All doubtful receivers together are tried so often, at most. */
const doubtfulAttemptsPerSecond = 200;
const shortestPauseMs = 50;
const longestPauseMs = 5_000;

/** Attempts at a time, of all lanes. */
export interface Places {
  /** Those that have been under way for a second at most. */
  quick: number;
  /** Those that wait for an answer longer: they cost a socket, and no time of anybody. */
  slow: number;
}

/**
 * Which webhooks may have how many of their deliveries tried now. An attempt without an answer gives its quick place to another after a
 * second, so that a thousand receivers that hang at once are through in two; from then on they have half of the slow places at most. A
 * thousand that refuse are tried no more than two hundred times a second.
 */
export function chooseLanes(lanes: Iterable<Lane>, places: Places, now: number): Map<string, number> {
  const due: Record<Trust, Lane[]> = { proven: [], new: [], doubtful: [] };
  const quick: Record<Trust, number> = { proven: 0, new: 0, doubtful: 0 };
  let slow = 0;
  for (const lane of lanes) {
    const trust = lane.trust(now);
    const slowOfLane = lane.slowInFlight(now);
    slow += slowOfLane;
    quick[trust] += lane.inFlight - slowOfLane;
    if (lane.dueAt <= now) due[trust].push(lane);
  }
  const pauseMs = pauseOf(due.doubtful.length);
  const chosen = new Map<string, number>();
  for (const trust of order) {
    const share = shareOfSlow[trust];
    const slowRoom = share === undefined ? Infinity : places.slow * share - slow;
    let room = Math.floor(Math.min(quickRoom(trust, quick, places.quick), slowRoom));
    // the longest due first
    for (const lane of due[trust].sort((one, other) => one.dueAt - other.dueAt)) {
      const granted = Math.min(lane.places(now, pauseMs), room);
      if (granted < 1) continue;
      chosen.set(lane.webhookId, granted);
      room -= granted;
      quick[trust] += granted;
    }
  }
  return chosen;
}

/** Of all doubtful receivers with something due, between the end of one's attempt and its next. */
function pauseOf(doubtful: number): number {
  return Math.min(Math.max((doubtful * 1_000) / doubtfulAttemptsPerSecond, shortestPauseMs), longestPauseMs);
}

/** A trust's share holds for it and all that are trusted less; all together never have more than there is. */
function quickRoom(trust: Trust, quick: Record<Trust, number>, places: number): number {
  const lessTrusted = order.slice(order.indexOf(trust)).reduce((sum, each) => sum + quick[each], 0);
  const all = order.reduce((sum, each) => sum + quick[each], 0);
  return Math.min(places * shareOfQuick[trust] - lessTrusted, places - all);
}
