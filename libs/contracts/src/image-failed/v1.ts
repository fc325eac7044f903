import { IsString } from 'class-validator';
import { EndedImage } from '../ended-image.js';
import { defineMessage } from '../message-contract.js';

/** A client's image has no description, and nothing more is tried by itself. It may be tried again, and then end once more. */
export class ImageFailed extends EndedImage {
  /** The error's code, e.g. `host-not-found`. */
  @IsString()
  code: string;

  /** One sentence for people. */
  @IsString()
  reason: string;
}

export const imageFailed = defineMessage('image.failed', 1, ImageFailed);
