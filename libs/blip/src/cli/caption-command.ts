import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { CaptionModel, CaptionOptions, CaptionOutcome } from '../caption-model.js';
import { CodedError } from '../coded-errors.js';
import { loadCaptionModel } from '../captioner/load-caption-model.js';
import { toFailure } from '../coded-errors.js';
import { parseArguments, type ParsedArguments } from './arguments.js';

/** Pictures read into memory at the same time. */
const together = 32;

/** `caption <bundle> <picture>…`: one line a picture and one for each further caption, in their order; ends with 1 where a picture has no caption. */
export async function captionCommand(args: string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const parsed = parseArguments(
    args,
    {
      beams: text,
      captions: text,
      prompt: text,
      'min-length': text,
      'max-length': text,
      'repetition-penalty': text,
      json: { type: 'boolean' },
    },
    2,
    Infinity,
  );
  const [bundle, ...files] = parsed.positionals as [string, ...string[]];
  const model = await loadCaptionModel(bundle, { lanes: Math.min(files.length, availableParallelism()) });
  try {
    for (let start = 0; start < files.length; start += together) {
      await captionFiles(model, files.slice(start, start + together), parsed);
    }
  } finally {
    await model.close();
  }
}

async function captionFiles(model: CaptionModel, files: string[], parsed: ParsedArguments): Promise<void> {
  const options = captionOptions(parsed);
  const outcomes = await Promise.all(files.map((file) => captionFile(model, file, options)));
  for (const [index, outcome] of outcomes.entries()) {
    console.log(parsed.flag('json') ? jsonLine(files[index]!, outcome) : plainLine(files[index]!, outcome));
    if ('error' in outcome) process.exitCode = 1;
  }
}

async function captionFile(model: CaptionModel, file: string, options: CaptionOptions): Promise<CaptionOutcome> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    return { error: new CodedError('file-not-readable', `${file}: cannot be read`, { retryable: false, cause }) };
  }
  const [outcome] = await model.caption([bytes], options);
  return outcome!;
}

function captionOptions(parsed: ParsedArguments): CaptionOptions {
  return {
    prompt: parsed.text('prompt'),
    numBeams: parsed.number('beams'),
    captions: parsed.number('captions'),
    minLength: parsed.number('min-length'),
    maxLength: parsed.number('max-length'),
    repetitionPenalty: parsed.number('repetition-penalty'),
  };
}

function jsonLine(file: string, outcome: CaptionOutcome): string {
  if ('error' in outcome) {
    const { code, message, retryable } = toFailure(outcome.error, 'captioning-failed');
    return JSON.stringify({ file, error: { code, message, retryable } });
  }
  const { text, tokenIds, confidence, sentences, timings } = outcome.caption;
  return JSON.stringify({ file, caption: text, tokenIds, confidence, captions: sentences, timings });
}

function plainLine(file: string, outcome: CaptionOutcome): string {
  if ('error' in outcome) return `${file}: (no caption) ${outcome.error.message}`;
  const [, ...others] = outcome.caption.sentences;
  return [`${file}: ${outcome.caption.text}`, ...others.map(({ text }) => `  or: ${text}`)].join('\n');
}
