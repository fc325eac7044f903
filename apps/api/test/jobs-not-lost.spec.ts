import { until } from '../../../test/support/until.js';
import { ImageLifecycleRepository } from '../src/images/lifecycle/image-lifecycle.repository.js';
import { completed, started } from './caption-reports.js';
import { LostJobsSystem, type Replica, type StatedDepths } from './lost-jobs-system.js';

/** Real: the database. */
describe('LostJobs leaves alone (real: PostgreSQL)', () => {
  let system: LostJobsSystem;
  let depths: StatedDepths;
  let replica: Replica;

  beforeAll(async () => (system = await LostJobsSystem.open()));
  afterAll(() => system?.close());
  beforeEach(async () => ({ depths, replica } = await system.begin()));

  it('a long backlog that nobody has begun', async () => {
    await system.accept(100);
    depths.waitingJobs = 100;
    await replica.lostJobs.sweep();
    expect(await system.sentAgain()).toEqual([]);
  });

  it('the part of a backlog that workers have not come to; what they have passed is lost', async () => {
    await system.accept(100);
    depths.waitingJobs = 40;
    await replica.reports.record([completed(60)]);
    await replica.lostJobs.sweep();
    expect(await system.sentAgain()).toEqual(Array.from({ length: 59 }, (_, index) => index + 1));
  });

  it('a job that has failed and waits behind the backlog for its next attempt', async () => {
    await system.accept(100);
    depths.waitingJobs = 40;
    await replica.reports.record([started(2)]);
    await replica.reports.record([completed(60)]);
    await replica.lostJobs.sweep();
    const ids = await system.sentAgain();
    expect(ids).toContain(1);
    expect(ids).not.toContain(2);
  });

  it.each([-1, 1])('a job that is under way, where its worker’s clock is %s years wrong', async (years) => {
    await system.accept(2);
    depths.waitingJobs = 1;
    const wrong = new Date(Date.now() + years * 365 * 86_400_000).toISOString();
    // the position is from before the job was taken up
    await replica.reports.record([completed(2)]);
    replica.position.sample();
    await replica.reports.record([started(1, 1, wrong)]);
    await replica.lostJobs.sweep();
    expect(await system.sentAgain()).toEqual([]);
  });

  it('a backlog behind an image that was sent again and is reported by whoever had it before', async () => {
    await system.accept(3);
    depths.waitingJobs = 3;
    await replica.reports.record([started(2)]);
    await replica.lostJobs.sweep();
    expect(await system.sentAgain()).toEqual([1]);
    await replica.reports.record([started(1)]);
    await replica.lostJobs.sweep();
    await replica.lostJobs.sweep();
    expect(await system.sentAgain()).toEqual([1]);
  });

  it('everything while the outbox holds jobs', async () => {
    await system.accept(1);
    await system.fillOutbox('caption.requested');
    await replica.lostJobs.sweep();
    expect(await system.database.selectFrom('outbox').select('body').execute()).toEqual([{ body: '{}' }]);
  });

  it.each(['caption.jobs', 'caption.jobs.retry.2', 'caption.jobs.dead', 'api.completions'])(
    'everything while messages wait in %s',
    async (queue) => {
      await system.accept(1);
      depths.others.set(queue, { waiting: 1, consumers: 1 });
      await replica.lostJobs.sweep();
      expect(await system.sentAgain()).toEqual([]);
    },
  );

  it('everything while there is no worker, and what the broker says of its queue may be wrong', async () => {
    await system.accept(1);
    depths.workers = 0;
    await replica.lostJobs.sweep();
    expect(await system.sentAgain()).toEqual([]);
  });

  it('what was passed a moment ago: all its attempts may still be on their way', async () => {
    const patient = system.startReplica(60_000);
    await system.accept(3);
    await patient.reports.record([started(3)]);
    for (let round = 0; round < 3; round += 1) await patient.lostJobs.sweep();
    expect(await system.sentAgain()).toEqual([]);
  });

  it('everything while the broker cannot be asked', async () => {
    await system.accept(1);
    depths.isAway = true;
    await replica.lostJobs.sweep();
    expect(await system.sentAgain()).toEqual([]);
    depths.isAway = false;
    await replica.lostJobs.sweep();
    expect(await system.sentAgain()).toEqual([1]);
  });

  it('an image that is being described meanwhile', async () => {
    await system.accept(2);
    let commit: () => void = () => undefined;
    let isLocked = false;
    const recorded = system.database.transaction().execute(async (transaction) => {
      await new ImageLifecycleRepository(system.database).describe([completed(1)], transaction);
      isLocked = true;
      await new Promise<void>((resolve) => (commit = resolve));
    });
    await until('it is described and not committed', () => isLocked);
    await replica.lostJobs.sweep();
    commit();
    await recorded;
    await replica.lostJobs.sweep();
    expect(await system.sentAgain()).toEqual([2]);
  });
});
