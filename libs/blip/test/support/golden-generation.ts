import type { SearchSettings } from '../../src/generation/search-settings.js';
import type { ExpectedGeneration } from './golden-checkpoint.js';
import type { GraphRunner } from './graph-runner.js';

/** The reference's `generate` arguments as settings of a search. */
export function settingsOf(graphs: GraphRunner, kwargs: ExpectedGeneration['kwargs']): SearchSettings {
  const { generation, model } = graphs.bundle.configuration;
  const prompt = kwargs['prompt_input_ids'] as number[] | undefined;
  return {
    promptIds: [model.text.bosTokenId, ...(prompt?.slice(1, -1) ?? [])],
    sepTokenId: model.text.sepTokenId,
    numCaptions: (kwargs['num_return_sequences'] as number) ?? 1,
    maxLength: maxLengthOf(kwargs) ?? generation.maxLength,
    minLength: (kwargs['min_length'] as number) ?? generation.minLength,
    numBeams: (kwargs['num_beams'] as number) ?? generation.numBeams,
    repetitionPenalty: (kwargs['repetition_penalty'] as number) ?? generation.repetitionPenalty,
    lengthPenalty: (kwargs['length_penalty'] as number) ?? generation.lengthPenalty,
    earlyStopping: (kwargs['early_stopping'] as boolean) ?? generation.earlyStopping,
  };
}

/** Several sequences of one picture come padded to the longest. */
export function unpadded(ids: readonly number[]): number[] {
  const pad = 0;
  return ids.slice(0, ids.findLastIndex((id) => id !== pad) + 1);
}

function maxLengthOf(kwargs: ExpectedGeneration['kwargs']): number | undefined {
  if (kwargs['max_new_tokens']) return (kwargs['max_new_tokens'] as number) + 1;
  return kwargs['max_length'] as number | undefined;
}
