import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Status } from '../support/captioning-client.js';
import { until } from '../support/until.js';
import { postPicture } from './cases/request.js';
import type { Findings } from './findings.js';
import { makeCase, type FuzzCase, type Ingredients, type Kind } from './fuzz-case.js';
import { acceptedId, findingAbout } from './judge-answer.js';
import type { Options } from './options.js';
import { exchange } from './product/exchange.js';
import { Follower } from './product/follower.js';
import { requestTimeoutMs, type TestedSystem } from './product/tested-system.js';
import type { PictureSource } from './product/picture-source.js';
import { Tally } from './tally.js';

/** Requests under way at a time, and pictures that wait for their words: more would only lengthen the queue. */
const lanes = 12;
const mostWaiting = 60;
const answerWithinMs = requestTimeoutMs + 10_000;

/** Every way in which a picture may end without words. Any other is a finding. */
const expectedFailures = new Set([
  ...['url-invalid', 'address-forbidden', 'host-not-found', 'dns-unavailable', 'connection-failed', 'fetch-timeout'],
  ...['not-found', 'access-denied', 'rate-limited', 'http-client-error', 'http-server-error', 'too-many-redirects'],
  ...['body-too-large', 'body-unreadable', 'empty-body'],
  ...[
    'not-a-picture',
    'picture-too-large',
    'picture-truncated',
    'picture-too-slow',
    'process-died',
    'attempts-exhausted',
  ],
]);
/** Pictures that end so are kept. */
const remarkable = new Set(['picture-too-slow', 'process-died', 'attempts-exhausted']);
/** What ends so has a dead letter. */
const deadLettered = new Set(['process-died', 'attempts-exhausted']);

type NamedCase = FuzzCase & { kind: Kind; step: number };

/** Sends step after step and judges what becomes of each. */
export class Fuzz {
  readonly tally = new Tally();
  readonly kept: string[] = [];
  private readonly descriptions = new Map<string, string>();
  private readonly ending = new Set<Promise<void>>();
  private readonly follower: Follower;
  private next = 0;

  constructor(
    private readonly system: TestedSystem,
    private readonly source: PictureSource,
    private readonly ingredients: Omit<Ingredients, 'step'>,
    private readonly options: Options,
    private readonly findings: Findings,
  ) {
    this.follower = new Follower(system.client);
  }

  get steps(): number {
    return this.next;
  }

  async run(): Promise<void> {
    await this.describeSamples();
    const { only, minutes } = this.options;
    if (only === undefined) {
      const end = performance.now() + minutes * 60_000;
      await Promise.all(Array.from({ length: lanes }, () => this.runLane(end)));
    } else {
      await this.step(only);
    }
    await Promise.all(this.ending);
    await this.follower.stop();
    await this.judgeEnd();
  }

  /** What the samples' words are while nothing disturbs anybody. */
  private async describeSamples(): Promise<void> {
    for (const [name, picture] of this.ingredients.corpus.samples) {
      const imageId = acceptedId(await exchange(this.system.client.url, postPicture(picture), answerWithinMs));
      const status = imageId === undefined ? undefined : await this.follower.follow(imageId);
      if (status?.status !== 'described')
        throw new Error(`${name} is not described before anything was done to anybody`);
      this.descriptions.set(name, status.description ?? '');
    }
  }

  private async runLane(end: number): Promise<void> {
    while (performance.now() < end) {
      await until('pictures have ended', () => this.follower.waiting < mostWaiting, { within: 300_000 });
      await this.step(this.next++);
    }
  }

  private async step(step: number): Promise<void> {
    const made: NamedCase = { ...makeCase(this.options.seed, { ...this.ingredients, step }), step };
    if (made.served) this.source.serve(step, made.served);
    const outcome = await exchange(this.system.client.url, made.request, answerWithinMs);
    this.tally.answered(made.kind, outcome.answer?.status);
    const finding = findingAbout(outcome, made);
    if (finding) await this.addFinding(made, finding);
    const imageId = acceptedId(outcome);
    if (imageId === undefined) return this.source.forget(step);
    this.tally.accepted(made.kind);
    const ending = this.awaitEnd(made, imageId).finally(() => this.ending.delete(ending));
    this.ending.add(ending);
  }

  private async awaitEnd(made: NamedCase, imageId: number): Promise<void> {
    const status = await this.follower.follow(imageId);
    this.source.forget(made.step);
    if (!status) return this.addFinding(made, `image ${imageId} does not end`);
    const code = status.failure?.code;
    this.tally.ended(made.kind, code);
    if (code !== undefined && remarkable.has(code) && made.failure === undefined) await this.keep(made, code);
    const finding = this.findingAboutEnd(made, status);
    if (finding) return this.addFinding(made, finding);
    if (code !== undefined && deadLettered.has(code)) await this.findDeadLetter(made, imageId);
  }

  private findingAboutEnd(made: NamedCase, { imageId, description, failure }: Status): string | undefined {
    const { unharmed } = made;
    if (made.failure !== undefined && failure?.code !== made.failure) {
      return `image ${imageId} ended as ${failure?.code ?? 'described'} and not as ${made.failure}`;
    }
    if (unharmed !== undefined && description !== this.descriptions.get(unharmed)) {
      return `image ${imageId}, ${unharmed} unharmed, ended as ${failure?.code ?? JSON.stringify(description)}`;
    }
    if (failure && !expectedFailures.has(failure.code))
      return `image ${imageId} failed as ${failure.code}: ${failure.message}`;
    return !failure && !description ? `image ${imageId} is described by nothing` : undefined;
  }

  private async findDeadLetter(made: NamedCase, imageId: number): Promise<void> {
    const { letters } = (await this.system.client.get('/dlq?limit=1000')).json;
    if (!letters.some((letter) => letter.imageId === imageId))
      await this.addFinding(made, `image ${imageId} has no dead letter`);
  }

  /** What must hold once nobody sends anything any more. */
  private async judgeEnd(): Promise<void> {
    if (this.source.trapped > 0) this.findings.add(`a forbidden address was connected to ${this.source.trapped} times`);
    if (!(await this.system.client.ready())) this.findings.add('the API is not ready at the end');
  }

  private async addFinding(made: NamedCase, what: string): Promise<void> {
    this.findings.add(`step ${made.step} (${made.kind}): ${what}`);
    await this.keep(made, 'finding');
  }

  /** Everything can be made again from seed and step; a picture as a file can be looked at. */
  private async keep({ step, request, picture }: NamedCase, why: string): Promise<void> {
    const file = join(this.options.out, `seed-${this.options.seed}-step-${step}-${why}`);
    await mkdir(this.options.out, { recursive: true });
    await writeFile(`${file}.request`, request);
    if (picture) await writeFile(`${file}.picture`, picture);
    this.kept.push(`${file}: npm run fuzz -- --seed ${this.options.seed} --only ${step}`);
  }
}
