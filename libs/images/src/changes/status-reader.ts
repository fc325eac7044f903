import { Inject, Injectable, Logger } from '@nestjs/common';
import { codeOf } from '@ekphrasis/errors';
import { LikeLines } from '@ekphrasis/observability';
import { ImageStatusRepository } from '../status/image-status.repository.js';
import { ImageState, type KnownVersions } from './image-state.js';
import { inTurns } from './in-turns.js';

/** Images of one query. */
const pageSize = 500;
/** Images that are handed out, and readers that are answered, before others have their turn. */
const imagesAtOnce = 16;
const readersAtOnce = 8;

type States = Map<number, ImageState | undefined>;

/** Somebody who waits for some images. */
interface Reader {
  known: KnownVersions;
  states: States;
  /** Images that were not looked at yet. */
  left: number;
  resolve: (states: States) => void;
  reject: (error: unknown) => void;
}

interface Wanted {
  /** Undefined where readers know different ones: the row is read for those who lack it. */
  version: string | undefined;
  readers: Reader[];
}

/**
 * Reads images for all who follow some in this process: each image once for all who ask before its query begins, a page at a time,
 * one query at a time. So as many as there may be ask the database no more than one would who follows all their images.
 */
@Injectable()
export class StatusReader {
  private readonly wanted = new Map<number, Wanted>();
  private isReading = false;
  private readonly logger = new Logger(StatusReader.name);
  private readonly failures = new LikeLines((line) => this.logger.warn(line));

  constructor(@Inject(ImageStatusRepository) private readonly repository: Pick<ImageStatusRepository, 'findChanged'>) {}

  /**
   * @returns the images whose version is another one than that which is known; undefined for those that there are not
   * @throws {DatabaseUnavailableError}
   */
  read(known: KnownVersions): Promise<States> {
    return new Promise((resolve, reject) => {
      const reader = { known, states: new Map(), left: known.size, resolve, reject };
      if (known.size === 0) return resolve(reader.states);
      for (const [id, version] of known) {
        const wanted = this.wanted.get(id);
        if (!wanted) this.wanted.set(id, { version, readers: [reader] });
        else wanted.readers.push(reader);
        if (wanted && wanted.version !== version) wanted.version = undefined;
      }
      void this.readAll();
    });
  }

  private async readAll(): Promise<void> {
    if (this.isReading) return;
    this.isReading = true;
    while (this.wanted.size > 0) await this.readPage(this.takePage());
    this.isReading = false;
  }

  private takePage(): Map<number, Wanted> {
    const page = new Map<number, Wanted>();
    for (const [id, wanted] of this.wanted) {
      if (page.size === pageSize) break;
      page.set(id, wanted);
      this.wanted.delete(id);
    }
    return page;
  }

  private async readPage(page: Map<number, Wanted>): Promise<void> {
    try {
      const versions = [...page.values()].map(({ version }) => version);
      const { changed, absent } = await this.repository.findChanged([...page.keys()], versions);
      const states: States = new Map(changed.map((image) => [image.id, new ImageState(image)]));
      for (const id of absent) states.set(id, undefined);
      await answer(page, states);
    } catch (error) {
      this.failures.say(
        codeOf(error),
        `statuses of images that are followed cannot be read: ${(error as Error).message}`,
      );
      for (const { readers } of page.values()) for (const { reject } of readers) reject(error);
    }
  }
}

/** Hands out what was found, and answers the readers who wait for nothing more. */
async function answer(page: Map<number, Wanted>, states: States): Promise<void> {
  const answered: Reader[] = [];
  await inTurns(page, imagesAtOnce, ([id, { readers }]) => {
    const state = states.get(id);
    for (const reader of readers) {
      const isNew = states.has(id) && (!state || state.version !== reader.known.get(id));
      if (isNew) reader.states.set(id, state);
      reader.left -= 1;
      if (reader.left === 0) answered.push(reader);
    }
  });
  await inTurns(answered, readersAtOnce, (reader) => reader.resolve(reader.states));
}
