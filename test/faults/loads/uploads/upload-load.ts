import { ProcessingClient, type ProcessingStatus } from '../../../support/processing-client.js';
import { RedClient } from '../../../support/red-client.js';
import type { TestedSystem } from '../../system/tested-system.js';
import { operatorToken } from '../../system/processes.js';
import { Audience } from '../clients/audience.js';
import type { Entry } from '../entries.js';
import { EntryLoad } from '../entry-load.js';
import type { Load, LoadResult } from '../load.js';
import { Pace } from '../pace.js';
import { uploadFactsOf } from './upload-facts.js';
import { uploadPictures, uploadRequest, type UploadPicture, type UploadRequest } from './upload-pictures.js';
import { uploadVerdictOf } from './upload-verdict.js';

/** A picture that a client had processed. */
export interface UploadEntry extends Entry {
  readonly fileName: string;
  readonly request: UploadRequest;
  jobId?: string;
  /** What the client read when it first saw the job ended. */
  firstEnd?: ProcessingStatus;
}

const answerWithinMs = 10_000;
const lookEveryMs = 250;
const looksAtOnce = 20;

/** A client that has pictures processed, with its key, and is told of each. */
export class UploadLoad extends EntryLoad<UploadEntry> implements Load {
  readonly kind = 'uploads';
  readonly perSecond = 4;
  readonly replicas: readonly ProcessingClient[];
  protected readonly pace: Pace;
  private readonly watching: Promise<void>;
  private isStopped = false;

  private constructor(
    readonly system: TestedSystem,
    readonly name: string,
    private readonly pictures: readonly UploadPicture[],
    readonly apiKey: string,
    readonly audience: Audience,
  ) {
    super('uploads');
    this.replicas = system.apis.map(({ client }) => new ProcessingClient(client));
    this.pace = new Pace(this.perSecond, (number) => this.upload(number, uploadRequest(number, this.pictures)));
    this.watching = this.watch();
  }

  static async start(system: TestedSystem, name: string): Promise<UploadLoad> {
    const client = await RedClient.add(system.apis[0].client.url, operatorToken, name);
    const audience = await Audience.open((data) => String(data['job_id']));
    await audience.subscribe(client, '/processed', ['processing.completed', 'processing.failed']);
    return new UploadLoad(system, name, await uploadPictures(), client.apiKey, audience);
  }

  /** Uploads one more, now. @param place tells its file from others, and which replica takes it */
  async upload(place: number | string, request: UploadRequest): Promise<UploadEntry> {
    const fileName = `${this.name}-${place}`;
    const entry: UploadEntry = { fileName, request, sentAt: performance.now(), isAccepted: false };
    this.entries.all.push(entry);
    const { picture, operations, options } = request;
    const replica = typeof place === 'number' ? place % this.replicas.length : 0;
    try {
      const answer = await this.replicas[replica]!.tryUpload({
        picture: picture.bytes,
        type: picture.type,
        fileName,
        operations: operations.join(','),
        options,
        apiKey: this.apiKey,
        within: answerWithinMs,
      });
      if (answer.status === 200) entry.jobId = ((await answer.json()) as { job_id: string }).job_id;
      else entry.refusal = String(answer.status);
    } catch (error) {
      entry.refusal = (error as Error).message;
    }
    entry.answeredAt = performance.now();
    entry.isAccepted = entry.jobId !== undefined;
    return entry;
  }

  async judge(mayFail: number): Promise<{ result: LoadResult; findings: string[] }> {
    this.isStopped = true;
    await this.watching;
    const verdict = uploadVerdictOf(this.entries.all, await uploadFactsOf(this));
    await this.audience.close();
    const meantTo = this.entries.accepted.filter(({ request }) => request.picture.isCorrupt).length;
    const failed = verdict.failed - meantTo;
    const findings = failed > mayFail ? [`${failed} sound uploads ended as failed`] : [];
    const { answerMs, endedMs } = this.entries;
    return { result: { ...verdict, kind: this.kind, answerMs, endedMs }, findings };
  }

  private async watch(): Promise<void> {
    for (let look = 0; !this.isStopped; look += 1) {
      const replica = this.replicas[look % this.replicas.length]!;
      // the oldest first, and those of later all the same when one is stuck
      const open = this.entries.open;
      const asked = [...open.slice(0, looksAtOnce / 2), ...open.slice(looksAtOnce / 2).slice(-looksAtOnce / 2)];
      await Promise.all(asked.map((entry) => this.look(entry, replica).catch(() => undefined)));
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }

  private async look(entry: UploadEntry, replica: ProcessingClient): Promise<void> {
    const status = await replica.status(entry.jobId!, this.apiKey);
    if (status.result === null) return;
    entry.firstEnd = status;
    entry.endedAt = performance.now();
  }
}
