import { chooseLanes, type Places } from './choose-lanes.js';
import { Lane } from './lane.js';

const places: Places = { quick: 100, slow: 400 };
const now = 1_000_000;

/** A lane with something due. */
function dueLane(id: string): Lane {
  const lane = new Lane(id);
  lane.dueBy(now);
  return lane;
}

function provenLane(id: string): Lane {
  const lane = dueLane(id);
  lane.begin(now)(true, now + 1);
  return lane;
}

/** A lane whose receiver does not answer: one attempt has been under way for five seconds. */
function hangingLane(id: string): Lane {
  const lane = dueLane(id);
  lane.begin(now - 5_000);
  return lane;
}

function refusingLane(id: string, endedAt = now - 10_000): Lane {
  const lane = dueLane(id);
  for (let failures = 0; failures < 5; failures += 1) lane.begin(endedAt)(false, endedAt);
  return lane;
}

const many = (count: number, make: (id: string) => Lane): Lane[] =>
  Array.from({ length: count }, (_, index) => make(`lane-${index}`));
const sum = (chosen: Map<string, number>): number => [...chosen.values()].reduce((all, each) => all + each, 0);

describe('chooseLanes', () => {
  it('gives nothing to who has nothing due', () => {
    const later = new Lane('later');
    later.dueBy(now + 1);
    expect(chooseLanes([new Lane('idle'), later], places, now).size).toBe(0);
  });

  it('gives a receiver that answers many places, one that is new fewer, and one that fails a single one', () => {
    const chosen = chooseLanes([provenLane('proven'), dueLane('new'), refusingLane('refusing')], places, now);
    expect([...chosen]).toEqual([
      ['proven', 32],
      ['new', 2],
      ['refusing', 1],
    ]);
  });

  it('keeps places from a thousand receivers that hang, for who answers and for who is new', () => {
    const hanging = many(200, hangingLane);
    expect(sum(chooseLanes([...hanging, ...many(1_000, refusingLane)], places, now))).toBe(0);
    expect(chooseLanes([...hanging, dueLane('fresh')], places, now).get('fresh')).toBe(2);
    const newOnes = many(1_000, dueLane);
    expect(sum(chooseLanes([...hanging, ...newOnes], places, now))).toBe(75);
    expect(chooseLanes([...newOnes, ...many(1_000, hangingLane), provenLane('proven')], places, now)).toEqual(
      new Map([['proven', 32]]),
    );
  });

  it('counts no attempt among the quick ones that has waited for a second', () => {
    const [first, second] = [many(40, dueLane), many(40, dueLane)];
    for (const lane of first) for (let count = 0; count < 2; count += 1) lane.begin(now);
    expect(sum(chooseLanes([...first, ...second], places, now))).toBe(0);
    expect(sum(chooseLanes([...first, ...second], places, now + 1_001))).toBe(75);
  });

  it('never gives more places than there are', () => {
    expect(sum(chooseLanes(many(100, provenLane), places, now))).toBe(places.quick);
    expect(sum(chooseLanes(many(100, provenLane), { quick: 0, slow: 0 }, now))).toBe(0);
  });

  it('tries all receivers that refuse two hundred times a second together', () => {
    const justEnded = (id: string) => refusingLane(id, now);
    const enough = { quick: 1_000, slow: 4_000 };
    const lanes = many(400, justEnded);
    expect(sum(chooseLanes(lanes, enough, now + 1_999))).toBe(0);
    expect(sum(chooseLanes(lanes, enough, now + 2_000))).toBe(400);
    expect(sum(chooseLanes(many(1, justEnded), enough, now + 50))).toBe(1);
    expect(sum(chooseLanes(many(10_000, justEnded), enough, now + 5_000))).toBe(500);
  });

  it('lets the longest due go first where there are too few places', () => {
    const early = dueLane('early');
    early.dueBy(now - 1);
    expect([...chooseLanes([...many(5, dueLane), early], { quick: 2, slow: 8 }, now)]).toEqual([['early', 1]]);
  });
});

describe('a lane', () => {
  it('is trusted again when its receiver takes a delivery', () => {
    const lane = refusingLane('refusing');
    expect(lane.trust(now)).toBe('doubtful');
    lane.begin(now)(true, now + 10);
    expect(lane.trust(now + 10)).toBe('proven');
  });

  it('is doubtful while an attempt has had no answer for a second, and after one that took longer', () => {
    const lane = provenLane('proven');
    const end = lane.begin(now);
    expect(lane.trust(now + 1_000)).toBe('proven');
    expect(lane.trust(now + 1_001)).toBe('doubtful');
    end(true, now + 1_500);
    expect(lane.trust(now + 1_500)).toBe('doubtful');
  });

  it('is doubtful from the start where deliveries of it have failed before', () => {
    expect(new Lane('failed', true).trust(now)).toBe('doubtful');
  });
});
