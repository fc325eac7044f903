import { HostGate } from './host-gate.js';

const hour = 3_600_000;

describe('HostGate', () => {
  let now: number;
  let gate: HostGate;

  beforeEach(() => {
    now = 1_000_000;
    gate = new HostGate({
      slowDownloads: 6,
      slowDownloadsOfAHost: 4,
      patienceMs: hour,
      now: () => now,
      random: () => 0.5,
    });
  });

  const visit = (outcome: Parameters<ReturnType<HostGate['acquire']>['release']>[0], host = 'cats.example') =>
    gate.acquire(host).release(outcome);
  const fail = (times: number, host?: string) => Array.from({ length: times }, () => visit('failed', host));
  const waitOf = (host = 'cats.example') => {
    const until = gate.refusal(host)?.deferral?.until;
    return until === undefined ? undefined : until - now;
  };

  describe('the circuit breaker of a host', () => {
    it('opens after ten failures in a row, for that host alone', () => {
      fail(9);
      expect(gate.refusal('cats.example')).toBeUndefined();
      fail(1);
      expect(gate.refusal('cats.example')).toMatchObject({
        code: 'host-unavailable',
        retryable: true,
        deferral: { key: 'cats.example', until: now + 5_000, patienceMs: hour },
      });
      expect(() => gate.acquire('cats.example')).toThrow('cats.example does not answer');
      expect(gate.refusal('dogs.example')).toBeUndefined();
    });

    it('stays closed where an answer comes between the failures, whatever it says', () => {
      fail(9);
      visit('answered');
      fail(9);
      expect(gate.refusal('cats.example')).toBeUndefined();
    });

    it('counts nothing that is none of the host’s doing', () => {
      for (let time = 0; time < 20; time += 1) visit('given-up');
      expect(gate.refusal('cats.example')).toBeUndefined();
    });

    it('lets one ask when its time is over, and all once that one was answered', () => {
      fail(10);
      now += 5_000;
      expect(gate.admission('cats.example').places).toBe(1);
      const probe = gate.acquire('cats.example');
      expect(() => gate.acquire('cats.example')).toThrow();
      expect(gate.admission('cats.example').places).toBe(0);
      probe.release('answered');
      expect(gate.admission('cats.example').places).toBe(16);
      expect(gate.refusal('cats.example')).toBeUndefined();
    });

    it('waits twice as long each time, a minute at most', () => {
      fail(10);
      const waits = Array.from({ length: 6 }, () => {
        const wait = waitOf()!;
        now += wait;
        fail(1);
        return wait / 1_000;
      });
      expect(waits).toEqual([5, 10, 20, 40, 60, 60]);
    });

    it('lets another ask where the one that did gave up', () => {
      fail(10);
      now += 5_000;
      visit('given-up');
      expect(gate.admission('cats.example').places).toBe(1);
    });
  });

  it('keeps everybody away for as long as a host asks for, ten minutes at most', () => {
    visit(now + 120_000);
    expect(waitOf()).toBe(120_000);
    now += 120_000;
    expect(waitOf()).toBeUndefined();
    visit(now + 24 * hour);
    expect(waitOf()).toBe(600_000);
  });

  it('does not take that back when downloads that began before are answered', () => {
    const before = gate.acquire('cats.example');
    visit(now + 120_000);
    before.release('answered');
    expect(waitOf()).toBe(120_000);
    now += 120_000;
    visit('answered');
    expect(gate.admission('cats.example').places).toBe(16);
  });

  describe('slow downloads', () => {
    const slowOf = (count: number, host: string) =>
      Array.from({ length: count }, () => {
        const slow = gate.acquire(host);
        slow.slow();
        return slow;
      });

    it('may have any number of downloads from one host while none is slow', () => {
      for (let count = 0; count < 100; count += 1) gate.acquire('cats.example');
      expect(gate.refusal('cats.example')).toBeUndefined();
    });

    it('leave a host its share, and others theirs', () => {
      const slow = slowOf(4, 'cats.example');
      expect(gate.refusal('cats.example')).toMatchObject({ code: 'host-busy', deferral: { until: now + 1_000 } });
      expect(gate.refusal('dogs.example')).toBeUndefined();
      slow[0]!.release('answered');
      expect(gate.refusal('cats.example')).toBeUndefined();
    });

    it('end where one becomes slow that there is no share for, of its host or of all', () => {
      const others = Array.from({ length: 5 }, () => gate.acquire('cats.example'));
      for (const other of others.slice(0, 4)) other.slow();
      expect(() => others[4]!.slow()).toThrow('cats.example is slow');
      slowOf(2, 'dogs.example');
      expect(() => slowOf(1, 'birds.example')).toThrow('birds.example is slow');
    });

    it('have others wait the longer the more there are', () => {
      slowOf(4, 'cats.example');
      gate.away('cats.example', 160);
      expect(waitOf()).toBe(10_000);
      gate.away('cats.example', 100_000);
      expect(waitOf()).toBe(60_000);
      gate.away('cats.example', -200_000);
      expect(waitOf()).toBe(1_000);
    });

    it('forget those that came back to other workers', () => {
      slowOf(4, 'cats.example');
      gate.away('cats.example', 100_000);
      now += 20 * 60_000;
      expect(waitOf()).toBe(1_000);
    });
  });

  it('remembers a bounded number of hosts, those in use among them', () => {
    const inUse = gate.acquire('in-use.example');
    fail(10);
    for (let host = 0; host < 20_000; host += 1) visit('answered', `${host}.example`);
    expect(gate.refusal('cats.example')).toBeUndefined();
    inUse.release('answered');
    expect(Reflect.get(gate, 'hosts')).toHaveProperty('size', 10_000);
  });
});
