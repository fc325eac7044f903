import type { TestedSystem } from '../system/tested-system.js';
import { CaptionLoad } from './captions/caption-load.js';
import type { Load, LoadKind } from './load.js';
import { MeasurementLoad } from './measurements/measurement-load.js';
import { MessageLoad } from './messages/message-load.js';
import { RequestLoad } from './requests/request-load.js';
import { UploadLoad } from './uploads/upload-load.js';

export interface LoadsOptions {
  /** Tells what is asked for from what other rows ask for. */
  name: string;
  kinds: readonly LoadKind[];
  /** Pictures a second to be described; all other loads have rates of their own. */
  perSecond: number;
  /** See `CaptionLoadOptions`. */
  forgoes?: boolean;
  lookEveryMs?: number;
}

/** All that clients do at the same time. */
export class Loads {
  private constructor(readonly all: readonly Load[]) {}

  static async start(system: TestedSystem, options: LoadsOptions): Promise<Loads> {
    const { name } = options;
    const starts: Record<LoadKind, () => Promise<Load>> = {
      captions: () => CaptionLoad.start(system, options),
      uploads: () => UploadLoad.start(system, name),
      measurements: () => MeasurementLoad.start(system, name),
      messages: () => MessageLoad.start(system, name),
      requests: () => RequestLoad.start(system, name),
    };
    return new Loads(await Promise.all(options.kinds.map((kind) => starts[kind]())));
  }

  get captions(): CaptionLoad {
    return this.ofKind('captions') as CaptionLoad;
  }

  get uploads(): UploadLoad {
    return this.ofKind('uploads') as UploadLoad;
  }

  get measurements(): MeasurementLoad {
    return this.ofKind('measurements') as MeasurementLoad;
  }

  get requests(): RequestLoad {
    return this.ofKind('requests') as RequestLoad;
  }

  /** Whether each has had as many ends as it asks for in this time. */
  haveEndedFor(seconds: number): boolean {
    return this.all.every(({ ended, perSecond }) => ended >= perSecond * seconds);
  }

  /** Resolves when each has had as much accepted as it asks for in this time. @param within milliseconds */
  async untilAcceptedFor(seconds: number, within?: number): Promise<void> {
    await Promise.all(this.all.map((load) => load.untilAccepted(Math.ceil(load.perSecond * seconds), within)));
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((load) => load.stop()));
  }

  async settle(within: number): Promise<void> {
    await Promise.all(this.all.map((load) => load.settle(within)));
  }

  lastEndOf(askedBefore: number): number {
    return Math.max(...this.all.map((load) => load.lastEndOf(askedBefore)));
  }

  private ofKind(kind: LoadKind): Load {
    const found = this.all.find((load) => load.kind === kind);
    if (!found) throw new Error(`There are no ${kind} in this row`);
    return found;
  }
}
