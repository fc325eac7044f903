import type { LayerRows, LayeredGraphs } from './layered-graphs.js';
import { RelativeError } from './relative-error.js';

/** How far a bundle is from its checkpoint in float32, on the same pictures. Errors are relative: ‖found − exact‖ / ‖exact‖. */
export interface BundleComparison {
  pictures: number;
  /** The rows after each layer, in the order in which they are computed; empty for a bundle that does not name its layers. */
  layers: { name: string; error: number }[];
  statesError: number;
  /** Of the logits after each word of float32's caption. */
  logitsError: number;
  /** Places in float32's captions where the bundle's first choice for the next word is the same. */
  agreement: { places: number; measured: number };
  /** Greedy captions: equal ids at equal places, and captions that are equal as a whole. */
  ids: { equal: number; of: number };
  captions: { equal: number; of: number };
  /** Mean length of a caption in tokens, and mean milliseconds to make it (encoding and decoding). */
  exact: { length: number; milliseconds: number };
  found: { length: number; milliseconds: number };
}

/**
 * Runs both on each picture: encoder, greedy caption, and then both decoders along float32's caption, so that one unlike
 * word does not make all words after it unlike.
 * @param pictures RGB bytes of the encoder's size
 */
export async function compareBundles(
  exact: LayeredGraphs,
  found: LayeredGraphs,
  pictures: readonly Uint8Array[],
): Promise<BundleComparison> {
  const comparison = new RunningComparison();
  for (const pixels of pictures) {
    const expected = await comparison.timed('exact', exact, pixels);
    const answer = await comparison.timed('found', found, pixels);
    comparison.addEncoding(answer, expected);
    comparison.addCaptions(answer.ids, expected.ids);
    const words = expected.ids.slice(0, -1);
    const steps = found.force(words);
    for await (const exactStep of exact.force(words)) {
      const step = await steps.next();
      if (!step.done) comparison.addStep(step.value, exactStep);
    }
  }
  return comparison.result(pictures.length);
}

interface Encoding {
  layers: LayerRows;
  states: Float32Array;
}

class RunningComparison {
  private readonly layers = new Map<string, RelativeError>();
  private readonly states = new RelativeError();
  private readonly logits = new RelativeError();
  private readonly agreement = { places: 0, agreed: 0 };
  private readonly ids = { equal: 0, of: 0 };
  private readonly captions = { equal: 0, of: 0 };
  private readonly totals = { exact: { length: 0, milliseconds: 0 }, found: { length: 0, milliseconds: 0 } };

  async timed(
    side: 'exact' | 'found',
    graphs: LayeredGraphs,
    pixels: Uint8Array,
  ): Promise<Encoding & { ids: readonly number[] }> {
    const started = performance.now();
    const encoding = await graphs.encode(pixels);
    const ids = await graphs.caption();
    this.totals[side].milliseconds += performance.now() - started;
    this.totals[side].length += ids.length;
    return { ...encoding, ids };
  }

  addEncoding(found: Encoding, exact: Encoding): void {
    this.addLayers(found.layers, exact.layers);
    this.states.add(found.states, exact.states);
  }

  addCaptions(found: readonly number[], exact: readonly number[]): void {
    const equal = exact.filter((id, place) => found[place] === id).length;
    this.ids.equal += equal;
    this.ids.of += Math.max(exact.length, found.length);
    this.captions.equal += equal === exact.length && equal === found.length ? 1 : 0;
    this.captions.of++;
  }

  addStep(
    found: { layers: LayerRows; logits: Float32Array },
    exact: { layers: LayerRows; logits: Float32Array },
  ): void {
    this.addLayers(found.layers, exact.layers);
    this.logits.add(found.logits, exact.logits);
    this.agreement.places++;
    if (largestPlace(found.logits) === largestPlace(exact.logits)) this.agreement.agreed++;
  }

  result(pictures: number): BundleComparison {
    const mean = ({ length, milliseconds }: { length: number; milliseconds: number }) => ({
      length: length / pictures,
      milliseconds: milliseconds / pictures,
    });
    const { places, agreed } = this.agreement;
    return {
      pictures,
      layers: [...this.layers].map(([name, error]) => ({ name, error: error.value })),
      statesError: this.states.value,
      logitsError: this.logits.value,
      agreement: { places, measured: agreed / places },
      ids: this.ids,
      captions: this.captions,
      exact: mean(this.totals.exact),
      found: mean(this.totals.found),
    };
  }

  private addLayers(found: LayerRows, exact: LayerRows): void {
    for (const [name, rows] of found) {
      const error = this.layers.get(name) ?? new RelativeError();
      this.layers.set(name, error);
      error.add(rows, exact.get(name)!);
    }
  }
}

function largestPlace(values: Float32Array): number {
  let best = 0;
  for (let place = 1; place < values.length; place++) if (values[place]! > values[best]!) best = place;
  return best;
}
