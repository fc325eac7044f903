import { until } from '../../../support/until.js';
import type { TestedSystem } from '../../system/tested-system.js';
import { latencyOf } from '../entries.js';
import type { Load, LoadResult } from '../load.js';
import { collectFacts } from './facts.js';
import { ImageSubmissions, type Submission } from './image-submissions.js';
import { verdictOf } from './verdict.js';
import { Watcher } from './watcher.js';

export interface CaptionLoadOptions {
  /** Tells its pictures from those of other loads. */
  name: string;
  /** Pictures a second. */
  perSecond: number;
  /** Whether what was seen described may be lost all the same, as the stated price of the fault. */
  forgoes?: boolean;
  /** Milliseconds between two looks at each replica's list. */
  lookEveryMs?: number;
}

/** Clients that submit pictures to be described, and watch until they are. */
export class CaptionLoad implements Load {
  readonly kind = 'captions';

  private constructor(
    private readonly system: TestedSystem,
    readonly submissions: ImageSubmissions,
    private readonly watcher: Watcher,
    private readonly options: CaptionLoadOptions,
  ) {}

  static async start(system: TestedSystem, options: CaptionLoadOptions): Promise<CaptionLoad> {
    const clients = system.apis.map(({ client }) => client);
    const watcher = await Watcher.start(clients, options.lookEveryMs);
    const submissions = new ImageSubmissions(clients, {
      perSecond: options.perSecond,
      url: (number) => system.pictures.url(`${options.name}-${number}`),
    });
    return new CaptionLoad(system, submissions, watcher, options);
  }

  get perSecond(): number {
    return this.options.perSecond;
  }

  get submitted(): number {
    return this.submissions.all.length;
  }

  get accepted(): number {
    return this.submissions.accepted.length;
  }

  get ended(): number {
    return this.watcher.sightings.size;
  }

  untilAccepted(count: number, within?: number): Promise<void> {
    return this.submissions.untilAccepted(count, within);
  }

  stop(): Promise<void> {
    return this.submissions.stop();
  }

  async settle(within: number): Promise<void> {
    const asked = [...this.submissions.all];
    await this.submissions.repeatUnanswered();
    await this.untilEnded(asked, within);
  }

  lastEndOf(askedBefore: number): number {
    const asked = this.submissions.all.filter(({ sentAt }) => sentAt < askedBefore);
    return Math.max(0, ...asked.map(({ imageId }) => this.watcher.sightings.get(imageId ?? 0)?.at ?? 0));
  }

  async judge(mayFail: number): Promise<{ result: LoadResult; findings: string[] }> {
    const { system, submissions, watcher, options } = this;
    await watcher.stop();
    const facts = await collectFacts(system, submissions, watcher);
    const verdict = verdictOf(facts.submissions, facts.images, watcher.sightings.keys());
    const findings: string[] = [];
    if (verdict.failed > mayFail) findings.push(`${verdict.failed} images ended as failed`);
    if (options.forgoes && verdict.forgone === 0) findings.push('no answer was in vain: the fault was none');
    return { result: { ...verdict, ...this.latencies(), kind: this.kind }, findings };
  }

  /** Until each accepted image is listed, or has failed where anybody asks. */
  private async untilEnded(submissions: readonly Submission[], within: number): Promise<void> {
    const { watcher, options } = this;
    const { client } = this.system.apis[0];
    const ended = new Set<number>();
    // what was seen may have been lost since
    const sightings = options.forgoes ? new Map() : watcher.sightings;
    const mayBeLost = new Set(submissions.flatMap((each) => (each.mayBeLost ? (each.imageId ?? []) : [])));
    const hasEnded = (id: number): boolean => sightings.has(id) || ended.has(id);
    await until(
      'every picture has ended',
      async () => {
        const open = submissions.map(({ imageId }) => imageId ?? 0).filter((id) => !hasEnded(id));
        const asked = open.slice(0, 50);
        const statuses = await Promise.all(asked.map((id) => client.statusIfKnown(id)));
        for (const [index, id] of asked.entries()) {
          const status = statuses[index]?.status;
          const isSeen = options.forgoes && status === 'described';
          if (isSeen || status === 'failed' || (!status && mayBeLost.has(id))) ended.add(id);
        }
        return open.every(hasEnded);
      },
      { within, every: 250 },
    );
  }

  private latencies(): Pick<LoadResult, 'answerMs' | 'endedMs'> {
    const { all } = this.submissions;
    const answers = all.map(({ sentAt, answeredAt }) => (answeredAt ?? Infinity) - sentAt);
    const ends = all.flatMap(({ sentAt, imageId }) => {
      const at = this.watcher.sightings.get(imageId ?? 0)?.at;
      return at === undefined ? [] : at - sentAt;
    });
    return { answerMs: latencyOf(answers), endedMs: latencyOf(ends) };
  }
}
