import type { Fault } from '../fault.js';

/** Pictures accepted before and after what happens to the primary. */
const some = 400;
const perSecond = 200;
/** What an asynchronous standby may not have got yet when it is cut off. */
const inFlightMs = 1_000;

export const failoverFaults: Fault[] = [
  {
    name: 'failover-synchronous',
    title: 'primary killed and its synchronous standby promoted, at 200 pictures a second',
    system: { standby: 'synchronous' },
    perSecond,
    slow: true,
    async inflict({ system, load, mark }) {
      const { primary, standby } = system.databases;
      await load.untilAccepted(some);
      await primary.kill();
      mark('killed');
      await standby.promote();
      mark('promoted');
      await load.untilAccepted(some);
    },
  },
  {
    name: 'failover-asynchronous',
    title: 'primary killed and a standby promoted that lags by two seconds, at 200 pictures a second',
    // images whose descriptions the standby has not got are unfinished there, and nobody reports them again by himself
    system: { standby: 'asynchronous', environment: { LOST_JOB_AFTER_MS: '10000' } },
    perSecond,
    slow: true,
    forgoes: true,
    async inflict({ system, load, mark }) {
      const { primary, standby, replication } = system.databases;
      await load.untilAccepted(some);
      const cutAt = performance.now() - inFlightMs;
      replication.cut();
      mark('standby cut off');
      await load.untilAccepted(some);
      await primary.kill();
      mark('killed');
      await standby.promote();
      load.mayLoseSince(cutAt);
      mark('promoted');
      await load.untilAccepted(some);
    },
  },
];
