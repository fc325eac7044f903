import { randomUUID } from 'node:crypto';
import type { CaptioningClient } from '../../../support/captioning-client.js';
import { until } from '../../../support/until.js';
import { Pace } from '../pace.js';

/** One picture that a client asked for, and what it was told. Times are of `performance.now()`. */
export interface Submission {
  readonly url: string;
  readonly key: string;
  readonly sentAt: number;
  /** Whether the answer may have been in vain, as the stated price of a fault. */
  mayBeLost: boolean;
  answeredAt?: number;
  imageId?: number;
  /** Why there was no id at first: a status, or what became of the connection. */
  refusal?: string;
  /** Milliseconds since the epoch at which it was sent once more, with the same key. */
  repeatedAt?: number;
}

/** Of `performance.now()`. */
export interface TimeWindow {
  since: number;
  until: number;
}

export interface SubmissionOptions {
  /** Pictures a second, sent whether or not earlier ones are answered. */
  perSecond: number;
  /** The URL of the n-th picture. */
  url: (number: number) => string;
}

/** A client that gives up earlier holds fewer requests while nobody answers. */
const answerWithinMs = 10_000;

/** Submits pictures at a steady rate, to the API's replicas in turn, each with an idempotency key of its own. */
export class ImageSubmissions {
  readonly all: Submission[] = [];
  lossWindow?: TimeWindow;
  private readonly pace: Pace;

  constructor(
    private readonly clients: readonly CaptioningClient[],
    { perSecond, url }: SubmissionOptions,
  ) {
    this.pace = new Pace(perSecond, (number) => this.submit(clients[number % clients.length]!, url(number)));
  }

  /** Those that an id was given for, at first or in the end. */
  get accepted(): Submission[] {
    return this.all.filter(({ imageId }) => imageId !== undefined);
  }

  /** Sends one more, now, to a replica of choice. */
  async submit(client: CaptioningClient, url: string): Promise<Submission> {
    const submission: Submission = { url, key: randomUUID(), sentAt: performance.now(), mayBeLost: false };
    this.all.push(submission);
    await this.post(client, submission);
    return submission;
  }

  /** Counts an image that was submitted by other means. */
  adopt({ url, imageId }: { url: string; imageId: number }): void {
    const now = performance.now();
    this.all.push({ url, key: url, sentAt: now, answeredAt: now, imageId, mayBeLost: false });
  }

  /** Resolves when `count` more pictures have got their id. */
  async untilAccepted(count: number, within = 30_000): Promise<void> {
    const goal = this.accepted.length + count;
    await until(`${count} more pictures are accepted`, () => this.accepted.length >= goal, { within });
  }

  /** Whoever got an id since then and until now may lose it, and what was seen described may be recorded again: it is the stated price of the fault. */
  mayLoseSince(since: number): void {
    this.lossWindow = { since, until: performance.now() };
    for (const submission of this.accepted) submission.mayBeLost ||= (submission.answeredAt ?? 0) >= since;
  }

  /** Sends no more, and waits for the answers. */
  stop(): Promise<void> {
    return this.pace.stop();
  }

  /** Sends again what got no id, with the same keys, as a client would; resolves when everything has its id. */
  async repeatUnanswered(): Promise<void> {
    for (const submission of this.all.filter(({ imageId }) => imageId === undefined)) {
      submission.repeatedAt ??= Date.now();
      await until(`${submission.url} gets an id`, async () => {
        await this.post(this.clients[0]!, submission);
        return submission.imageId !== undefined;
      });
    }
  }

  private async post(client: CaptioningClient, submission: Submission): Promise<void> {
    try {
      const answer = await client.postJson(
        '/images',
        { image_url: submission.url },
        { 'idempotency-key': submission.key },
        answerWithinMs,
      );
      if (answer.status === 200) submission.imageId = answer.json.image_id;
      else submission.refusal ??= String(answer.status);
    } catch (error) {
      submission.refusal ??= (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    }
    submission.answeredAt ??= performance.now();
  }
}
