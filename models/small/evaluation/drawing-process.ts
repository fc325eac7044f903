import { fork, type ChildProcess } from 'node:child_process';
import { CodedError, isCodedError } from '../../../libs/errors/src/index.js';
import { heldOutScene, type DrawnScene } from './held-out-scene.js';
import { Pictograms } from './pictograms.js';
import type { SceneSort } from './compose-scene.js';
import { nearPicture } from './near-picture.js';
import { strangePicture } from './strange-picture.js';
import { readWorld } from './world.js';

/** Pictures to be drawn: those of a seed from one number up to, but not including, another. */
export interface DrawingRequest {
  /** A sort of scenes, or pictures from outside the world: far from it, or near it. */
  kind: SceneSort | 'far' | 'near';
  modelDirectory: string;
  seed: number;
  from: number;
  to: number;
}

/** What was drawn; pictures from outside the world have no scene. */
export type Drawn = Pick<DrawnScene, 'picture'> & Partial<DrawnScene>;

type Reply = { drawn: Drawn[] } | { failure: { code: string; message: string } };

/**
 * Draws in a process of its own: the captioner shuts libvips' SVG loader for the whole process that it runs in, and what
 * drawing takes of memory is not to be counted as the model's.
 */
export class DrawingProcess {
  private readonly child: ChildProcess = fork(__filename, ['--draw'], { serialization: 'advanced' });
  private readonly waiting: { resolve: (drawn: Drawn[]) => void; reject: (error: Error) => void }[] = [];

  constructor() {
    this.child.on('message', (reply: Reply) => {
      const { resolve, reject } = this.waiting.shift()!;
      if ('failure' in reply) reject(new CodedError(reply.failure.code, reply.failure.message, { retryable: false }));
      else resolve(reply.drawn);
    });
    this.child.on('exit', (code) => {
      for (const { reject } of this.waiting.splice(0)) reject(new Error(`the drawing process ended with ${code}`));
    });
  }

  /** Requests are served in their order. */
  draw(request: DrawingRequest): Promise<Drawn[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.child.send(request);
    });
  }

  close(): void {
    this.child.kill();
  }
}

async function serve({ kind, modelDirectory, seed, from, to }: DrawingRequest): Promise<Drawn[]> {
  const world = await readWorld(modelDirectory);
  const drawn: Drawn[] = [];
  for (let index = from; index < to; index++) {
    if (kind === 'far') drawn.push({ picture: await strangePicture(seed, index) });
    else if (kind === 'near') drawn.push({ picture: await nearPicture(world, await unseen(), seed, index) });
    else drawn.push(await heldOutScene(world, await (kind === 'unseen' ? unseen() : seen()), kind, seed, index));
  }
  return drawn;
}

let openSeen: Promise<Pictograms> | undefined;
let openUnseen: Promise<Pictograms> | undefined;
const seen = (): Promise<Pictograms> => (openSeen ??= Pictograms.open());
const unseen = (): Promise<Pictograms> => (openUnseen ??= Pictograms.openUnseen());

function failureOf(error: unknown): { code: string; message: string } {
  if (isCodedError(error)) return { code: error.code, message: error.message };
  return { code: 'drawing-failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

function answerRequests(): void {
  let last = Promise.resolve();
  process.on('message', (request: DrawingRequest) => {
    last = last.then(async () => {
      const reply: Reply = await serve(request).then(
        (drawn) => ({ drawn }),
        (error: unknown) => ({ failure: failureOf(error) }),
      );
      process.send!(reply);
    });
  });
}

if (process.argv.includes('--draw') && process.send) answerRequests();
