import { ApiPropertyOptional } from '@nestjs/swagger';
import type { CaptionOptions } from '@ekphrasis/contracts';
import { InvalidRequestError } from '@ekphrasis/service';
import { describe, Expected, IfGiven, isText, isWhole, refuseUnexpected } from './expected.decorator.js';

const promptCharacters = 200;

/** How the caption is searched for. What is not given is as the worker's model has it. */
export class CaptionOptionsDto {
  @ApiPropertyOptional({
    description:
      'The words that the caption goes on from. They are not repeated in it; words unknown to the model are passed over.',
    example: 'a picture of',
    maxLength: promptCharacters,
  })
  @IfGiven()
  @Expected(`a text of at most ${promptCharacters} characters without NUL`, isText(promptCharacters))
  prompt?: string;

  @ApiPropertyOptional({
    description: 'Beams of the search; 1 takes the likeliest word each time',
    example: 3,
    type: 'integer',
    minimum: 1,
    maximum: 8,
  })
  @IfGiven()
  @Expected('a whole number from 1 to 8', isWhole(1, 8))
  beams?: number;

  @ApiPropertyOptional({
    description: 'Captions wanted, all different; fewer may come. Beams are as many at least.',
    example: 2,
    type: 'integer',
    minimum: 1,
    maximum: 8,
  })
  @IfGiven()
  @Expected('a whole number from 1 to 8', isWhole(1, 8))
  captions?: number;

  @ApiPropertyOptional({
    description:
      'Tokens of a caption at most, counted with its start, the prompt and its end; no more than the model can',
    example: 30,
    type: 'integer',
    minimum: 5,
    maximum: 60,
  })
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
export function readCaptionOptions(value: unknown, path = 'options.'): CaptionOptionsDto | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidRequestError([`Expected an object for options but received ${describe(value)}`]);
  }
  const unknown = Object.keys(value).find((name) => !(captionOptionNames as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new InvalidRequestError([
      `Expected ${captionOptionNames.join(', ')} in options but received ${describe(unknown)}`,
    ]);
  }
  const options = new CaptionOptionsDto();
  for (const name of captionOptionNames) {
    const given = (value as Record<string, unknown>)[name];
    if (given !== undefined) Object.assign(options, { [name]: given });
  }
  refuseUnexpected(options, path);
  if (options.prompt !== undefined) options.prompt = wellFormed(options.prompt);
  return Object.keys(options).length > 0 ? options : undefined;
}

/** What JSON can say and a database cannot store, half a surrogate, becomes U+FFFD. */
export function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

/** The options as the job carries them. */
export function jobOptions(options: CaptionOptionsDto | null | undefined): CaptionOptions | undefined {
  if (!options) return undefined;
  const { max_length: maxLength, prompt, beams, captions } = options;
  return { prompt, beams, captions, maxLength };
}
