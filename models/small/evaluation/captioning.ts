import type { BlipCaptionModel } from '../../../libs/blip/src/index.js';
import type { Drawn, DrawingProcess, DrawingRequest } from './drawing-process.js';

export interface Told {
  text: string;
  confidence: number;
  logProbabilities: { mean: number; least: number };
}

const batch = 32;

/** Captions a seed's pictures while the next ones are drawn. */
export async function* captionDrawn(
  model: BlipCaptionModel,
  drawing: DrawingProcess,
  request: Omit<DrawingRequest, 'from' | 'to'>,
  count: number,
): AsyncGenerator<{ drawn: Drawn; told: Told }> {
  const draw = (from: number): Promise<Drawn[]> =>
    drawing.draw({ ...request, from, to: Math.min(count, from + batch) });
  let coming = draw(0);
  for (let start = 0; start < count; start += batch) {
    const pictures = await coming;
    if (start + batch < count) coming = draw(start + batch);
    // where captioning fails first, nobody asks for these any more
    coming.catch(() => undefined);
    const outcomes = await model.caption(pictures.map(({ picture }) => picture));
    for (const [index, outcome] of outcomes.entries()) {
      if ('error' in outcome) throw outcome.error;
      const { text, confidence, logProbabilities } = outcome.caption;
      yield { drawn: pictures[index]!, told: { text, confidence, logProbabilities: logProbabilities! } };
    }
  }
}
