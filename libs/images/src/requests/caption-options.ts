import type { CaptionOptions } from '@ekphrasis/contracts';
import { InvalidRequestError } from '@ekphrasis/errors';
import { describe, Expected, IfGiven, isText, isWhole, refuseUnexpected, wellFormed } from '@ekphrasis/validation';

/** Of a prompt, at most. */
export const promptCharacters = 200;

/** How the caption is searched for. What is not given is as the worker's model has it. */
export class SubmittedOptions {
  /** The words that the caption goes on from. */
  @IfGiven()
  @Expected(`a text of at most ${promptCharacters} characters without NUL`, isText(promptCharacters))
  prompt?: string;

  /** Beams of the search; 1 takes the likeliest word each time. */
  @IfGiven()
  @Expected('a whole number from 1 to 8', isWhole(1, 8))
  beams?: number;

  /** Captions wanted, all different; fewer may come. */
  @IfGiven()
  @Expected('a whole number from 1 to 8', isWhole(1, 8))
  captions?: number;

  /** Tokens of a caption at most, counted with its start, the prompt and its end. */
  @IfGiven()
  @Expected('a whole number from 5 to 60', isWhole(5, 60))
  max_length?: number;
}

/** In the order in which they are stored, sent and digested. */
export const captionOptionNames = ['prompt', 'beams', 'captions', 'max_length'] as const;

/**
 * Reads options as a client gave them.
 * @param path what stands before a field's name in a problem
 * @returns undefined where there are none
 * @throws {InvalidRequestError} naming the fields that are unknown or wrong
 */
export function readCaptionOptions(value: unknown, path = 'options.'): SubmittedOptions | undefined {
  if (value === undefined) return undefined;
  const name = path.slice(0, -1) || 'options';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidRequestError([`Expected an object for ${name} but received ${describe(value)}`]);
  }
  const unknown = Object.keys(value).find((key) => !(captionOptionNames as readonly string[]).includes(key));
  if (unknown !== undefined) {
    throw new InvalidRequestError([
      `Expected ${captionOptionNames.join(', ')} in ${name} but received ${describe(unknown)}`,
    ]);
  }
  const options = new SubmittedOptions();
  for (const option of captionOptionNames) {
    const given = (value as Record<string, unknown>)[option];
    if (given !== undefined) Object.assign(options, { [option]: given });
  }
  refuseUnexpected(options, path);
  if (options.prompt !== undefined) options.prompt = wellFormed(options.prompt);
  return Object.keys(options).length > 0 ? options : undefined;
}

/** The options as the job carries them. */
export function jobOptions(options: SubmittedOptions | null | undefined): CaptionOptions | undefined {
  if (!options) return undefined;
  const { max_length: maxLength, prompt, beams, captions } = options;
  return { prompt, beams, captions, maxLength };
}
