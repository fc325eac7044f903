import { Injectable, type PipeTransform } from '@nestjs/common';
import { ProcessingNotFoundError } from './processing.errors.js';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isJobId(text: string): boolean {
  return uuid.test(text);
}

/** A path's job id; what is no id is not found, like an id that nobody has. */
@Injectable()
export class JobIdPipe implements PipeTransform<string, string> {
  transform(text: string): string {
    if (!isJobId(text)) throw new ProcessingNotFoundError('No job has such an id');
    return text;
  }
}
