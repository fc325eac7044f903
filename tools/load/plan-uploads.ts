import type { PictureToUpload } from '../product/product-client.js';
import { corrupted, drawPictures, type DrawnPicture } from './draw-pictures.js';
import { defaultOperations, kindsOfPictures } from './kinds-of-pictures.js';
import type { PlannedUpload } from './upload-jobs.js';

export interface UploadPlan {
  count: number;
  /** The same for all; by turns the usual ones where it is left out. */
  operations?: string | undefined;
  /** So many of them are damaged, spread over the others. */
  damaged?: number;
  /** Of a burst test, from 0. */
  burst?: number;
}

/** Which pictures are uploaded, in their order: the same whenever the plan is the same. */
export async function planUploads(plans: readonly UploadPlan[]): Promise<PlannedUpload[][]> {
  const pictures = await drawPictures(kindsOfPictures);
  return plans.map((plan) => Array.from({ length: plan.count }, (_, index) => plannedUpload(pictures, plan, index)));
}

function plannedUpload(pictures: DrawnPicture[], plan: UploadPlan, index: number): PlannedUpload {
  const { count, damaged = 0, burst } = plan;
  const isDamaged = Math.floor(((index + 1) * damaged) / count) > Math.floor((index * damaged) / count);
  const drawn = pictures[index % pictures.length]!;
  const { bytes, format, width, height } = isDamaged ? corrupted(drawn) : drawn;
  const picture: PictureToUpload = {
    bytes,
    type: `image/${format}`,
    fileName: `picture-${index + 1}.${format}`,
    operations: plan.operations ?? defaultOperations[index % defaultOperations.length]!,
  };
  return { picture, width, height, ...(burst !== undefined && { burst }) };
}
