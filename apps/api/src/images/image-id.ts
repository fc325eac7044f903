import { Injectable, type PipeTransform } from '@nestjs/common';
import { ImageNotFoundError } from './images.errors.js';

const decimal = /^[1-9]\d{0,15}$/;

/** The id that `text` writes in plain decimal, or undefined: `1e3`, `0x10`, `007` and what is above 2^53 - 1 are no ids. */
export function parseImageId(text: string): number | undefined {
  const id = Number(text);
  return decimal.test(text) && Number.isSafeInteger(id) ? id : undefined;
}

/** A path's image id; what is no id is not found, like an id that nobody has. */
@Injectable()
export class ImageIdPipe implements PipeTransform<string, number> {
  transform(text: string): number {
    const id = parseImageId(text);
    if (id === undefined) throw new ImageNotFoundError('No image has such an id');
    return id;
  }
}
