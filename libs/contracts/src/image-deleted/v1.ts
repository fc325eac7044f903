import { ArrayNotEmpty, IsInt, IsPositive } from 'class-validator';
import { defineMessage } from '../message-contract.js';

/** Images whose deletion has just been committed, told to every API replica. */
export class ImageDeleted {
  @ArrayNotEmpty()
  @IsInt({ each: true })
  @IsPositive({ each: true })
  imageIds: number[];
}

export const imageDeleted = defineMessage('image.deleted', 1, ImageDeleted);
