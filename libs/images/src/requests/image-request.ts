import { InvalidRequestError } from '@ekphrasis/errors';
import { isPictureUrl } from '@ekphrasis/fetching';
import { describe, Expected, IfGiven, isText, refuseUnexpected, wellFormed } from '@ekphrasis/validation';
import { readCaptionOptions, type SubmittedOptions } from './caption-options.js';

/** Of a tag, at most. */
export const tagCharacters = 128;

/** What may come with a picture, by its URL or uploaded. */
export class SubmittedDetails {
  /** The client's own word for the image. */
  @IfGiven()
  @Expected(`a text of at most ${tagCharacters} characters without NUL`, isText(tagCharacters))
  tag?: string;

  options?: SubmittedOptions;
}

/** A picture by its URL, as a client asks for its description. */
export class SubmittedImage extends SubmittedDetails {
  /** Possibly without a scheme. */
  @Expected('an http or https URL of at most 2048 characters', isPictureUrl)
  image_url: string;
}

/**
 * Reads what a client asks for.
 * @param path what stands before a field's name in a problem
 * @throws {InvalidRequestError} naming the fields that are wrong
 */
export function readImageRequest(body: unknown, path = ''): SubmittedImage {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InvalidRequestError([
      `Expected a JSON object for ${path.replace(/[.: ]+$/, '') || 'the body'} but received ${describe(body)}`,
    ]);
  }
  const { image_url, tag, options } = body as Record<keyof SubmittedImage, unknown>;
  const image = Object.assign(new SubmittedImage(), { image_url, ...(tag !== undefined && { tag }) });
  refuseUnexpected(image, path);
  if (image.tag !== undefined) image.tag = wellFormed(image.tag);
  const read = readCaptionOptions(options, `${path}options.`);
  if (read) image.options = read;
  return image;
}
