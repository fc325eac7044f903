import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from '../captioner/onnx-runtime.js';
import type { Products } from '../compiler/products.js';
import { writeModel } from '../compiler/write-model.js';
import { GraphBuilder } from '../onnx/graph-builder.js';
import { WeightFile } from '../onnx/weight-file.js';
import type { StageResults } from './product-errors.js';
import type { Stage } from './stages.js';
import type { StageStream } from './stage-stream.js';

/** The name of a stage's own result. */
export const stageResult = 'result';

/** A stage, loaded to be run for several pictures. */
export class StageGraph {
  private constructor(
    private readonly session: InferenceSession,
    private readonly stage: Stage,
  ) {}

  /** Writes the stage's graph and weights into a directory, over those of the stage before, and loads them. */
  static async load(stage: Stage, products: Products, directory: string): Promise<StageGraph> {
    const weights = new WeightFile('stage.weights');
    const graph = new GraphBuilder('stage', weights);
    graph.output(stageResult, stage.build(graph, products), 'float32', ['rows', 'width']);
    const path = join(directory, 'stage.onnx');
    await writeModel(path, graph.finish(), directory, weights, () => undefined);
    const session = await InferenceSession.create(path, {
      intraOpNumThreads: availableParallelism(),
      graphOptimizationLevel: 'basic',
      // a stage runs for a few pictures only: its weights are used where they are mapped, and its memory goes with it
      enableMemPattern: false,
      extra: { session: { disable_prepacking: '1' } },
      logSeverityLevel: 3,
    });
    return new StageGraph(session, stage);
  }

  /** The stage's result stays in the stream's memory until the stream's next run. */
  async run(stream: StageStream): Promise<StageResults> {
    const feeds = Object.fromEntries(this.session.inputNames.map((name) => [name, stream.tensor(name)]));
    const fetches: Record<string, Tensor | null> = Object.fromEntries(
      this.session.outputNames.map((name) => [name, name === stageResult ? stream.room(this.stage) : null]),
    );
    const results: Record<string, Tensor> = await this.session.run(feeds, fetches);
    return results;
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}
