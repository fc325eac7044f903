import type { Lane, Trust } from './lane.js';

/** The shares of all places that receivers may have: the doubtful ones, these and the new ones, all. */
const upToShare: Record<Trust, number> = { doubtful: 0.5, new: 0.75, proven: 1 };
/** Who answers comes first. */
const order: readonly Trust[] = ['proven', 'new', 'doubtful'];
/** All doubtful receivers together are tried so often, at most. */
const doubtfulAttemptsPerSecond = 200;
const shortestPauseMs = 50;
const longestPauseMs = 5_000;

/**
 * Which webhooks may have how many of their deliveries tried now. A thousand receivers that hang take half of the places at most, and
 * a thousand that refuse are tried no more than two hundred times a second, so that who answers is never kept waiting by them.
 * @param concurrency attempts at a time, of all lanes
 */
export function chooseLanes(lanes: Iterable<Lane>, concurrency: number, now: number): Map<string, number> {
  const byTrust: Record<Trust, Lane[]> = { proven: [], new: [], doubtful: [] };
  const inFlight: Record<Trust, number> = { proven: 0, new: 0, doubtful: 0 };
  for (const lane of lanes) {
    const trust = lane.trust(now);
    inFlight[trust] += lane.inFlight;
    if (lane.dueAt <= now) byTrust[trust].push(lane);
  }
  const pauseMs = pauseOf(byTrust.doubtful.length);
  const chosen = new Map<string, number>();
  for (const trust of order) {
    const room = { left: roomFor(trust, inFlight, concurrency) };
    // the longest due first
    for (const lane of byTrust[trust].sort((one, other) => one.dueAt - other.dueAt)) {
      const places = Math.min(lane.places(now, pauseMs), room.left);
      if (places < 1) continue;
      chosen.set(lane.webhookId, places);
      room.left -= places;
      inFlight[trust] += places;
    }
  }
  return chosen;
}

/** Of all doubtful receivers with something due, between the end of one's attempt and its next. */
function pauseOf(doubtful: number): number {
  return Math.min(Math.max((doubtful * 1_000) / doubtfulAttemptsPerSecond, shortestPauseMs), longestPauseMs);
}

/** A trust's share holds for it and all that are trusted less; all together never have more than there is. */
function roomFor(trust: Trust, inFlight: Record<Trust, number>, concurrency: number): number {
  const lessTrusted = order.slice(order.indexOf(trust)).reduce((sum, each) => sum + inFlight[each], 0);
  const all = order.reduce((sum, each) => sum + inFlight[each], 0);
  return Math.min(Math.floor(concurrency * upToShare[trust]) - lessTrusted, concurrency - all);
}
