import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from '../checkpoint/checkpoint-error.js';
import { isJsonObject, readJsonFile } from '../checkpoint/json-file.js';

/**
 * Reads a checkpoint's tokens by their ids, from `vocab.txt` (one a line) or else `tokenizer.json`.
 * @throws CheckpointError `bad-checkpoint`
 */
export async function readVocabulary(directory: string): Promise<string[]> {
  const text = await readFile(join(directory, 'vocab.txt'), 'utf8').catch(() => undefined);
  if (text !== undefined) return parseVocabularyText(text);
  const json = await readJsonFile(join(directory, 'tokenizer.json'));
  if (!json) throw new CheckpointError('bad-checkpoint', `${directory}: has neither vocab.txt nor tokenizer.json`);
  const vocabulary = isJsonObject(json['model']) ? json['model']['vocab'] : undefined;
  if (!isJsonObject(vocabulary))
    throw new CheckpointError('bad-checkpoint', 'tokenizer.json: expected an object at model.vocab');
  return orderById(vocabulary);
}

/** One token a line; the last line may end without a break. */
export function parseVocabularyText(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new CheckpointError('bad-checkpoint', 'vocab.txt: is empty');
  return lines;
}

function orderById(vocabulary: Readonly<Record<string, unknown>>): string[] {
  const entries = Object.entries(vocabulary);
  const tokens = new Array<string>(entries.length);
  for (const [token, id] of entries) {
    if (
      !Number.isSafeInteger(id) ||
      (id as number) < 0 ||
      (id as number) >= entries.length ||
      tokens[id as number] !== undefined
    ) {
      throw new CheckpointError('bad-checkpoint', `tokenizer.json: token "${token}" has the id ${JSON.stringify(id)}`);
    }
    tokens[id as number] = token;
  }
  return tokens;
}
