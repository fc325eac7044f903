import { join } from 'node:path';
import { InferenceSession, type Tensor } from './onnx-runtime.js';
import { BundleError } from '../bundle/bundle-error.js';

export type Tensors = Readonly<Record<string, Tensor>>;

/** Time spent inside ONNX Runtime, in milliseconds; what the benchmark holds against the wall clock. */
export interface RuntimeClock {
  milliseconds: number;
}

/** A graph of a bundle, loaded to be run on this thread. */
export class GraphSession {
  private constructor(
    private readonly session: InferenceSession,
    private readonly clock: RuntimeClock,
  ) {}

  /** @throws BundleError `bad-bundle` */
  static async load(directory: string, file: string, threads: number, clock: RuntimeClock): Promise<GraphSession> {
    try {
      return new GraphSession(await InferenceSession.create(join(directory, file), sessionOptions(threads)), clock);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new BundleError('bad-bundle', `${join(directory, file)}: cannot be loaded: ${why}`, cause);
    }
  }

  /**
   * Runs the graph into memory of the caller's: results are written where `results` say, and nowhere else. Blocks the
   * thread.
   */
  async run(inputs: Tensors, results: Tensors): Promise<void> {
    const started = performance.now();
    await this.session.run(inputs, results);
    this.clock.milliseconds += performance.now() - started;
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}

function sessionOptions(threads: number): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // the graphs are written with the operators that proved fast; the next level would fuse them into slower ones
    graphOptimizationLevel: 'basic',
    logSeverityLevel: 3,
  };
}
