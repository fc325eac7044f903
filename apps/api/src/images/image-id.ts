import { Injectable, type PipeTransform } from '@nestjs/common';
import { ImageNotFoundError, parseImageId } from '@ekphrasis/images';

/** A path's image id; what is no id is not found, like an id that nobody has. */
@Injectable()
export class ImageIdPipe implements PipeTransform<string, number> {
  transform(text: string): number {
    const id = parseImageId(text);
    if (id === undefined) throw new ImageNotFoundError('No image has such an id');
    return id;
  }
}
