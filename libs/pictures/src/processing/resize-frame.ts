import type { ResizeOptions, Sharp } from 'sharp';
import { mostPixels } from '../decoding/inspect-picture.js';
import { PictureError } from '../picture-error.js';
import { openFrame, type Frame } from './frames.js';
import type { ResizeStep } from './processing-steps.js';

interface Size {
  width: number;
  height: number;
}

const usualBox: Size = { width: 800, height: 600 };
/** What every format that is written can have. */
const longestSide = 16_383;

export function resizeFrame(frame: Frame, step: ResizeStep, background: ResizeOptions['background']): Sharp {
  return openFrame(frame).resize({ ...resizing(frame, step), background });
}

/**
 * What sharp is to do with a picture of that size. The box never exceeds the picture where it may not grow: cut, stretched or with
 * bars it is as large as the picture at most, in either direction.
 * @throws PictureError `picture-too-large` where the result would have more pixels than are read
 */
export function resizing(picture: Size, step: ResizeStep): Size & Required<Pick<ResizeOptions, 'fit'>> {
  const { fit = 'inside', enlarge = false } = step;
  const target = targetOf(picture, step, fit, enlarge);
  if (target.width * target.height > mostPixels || Math.max(target.width, target.height) > longestSide) {
    throw new PictureError(
      'picture-too-large',
      `The result would have ${target.width} × ${target.height} pixels; ${mostPixels / 1e6} million are written at most, ${longestSide} a side`,
    );
  }
  return { ...target, fit: fit === 'inside' ? 'fill' : fit };
}

function targetOf(picture: Size, { width, height }: ResizeStep, fit: string, enlarge: boolean): Size {
  if ((width === undefined) !== (height === undefined)) {
    return scaled(picture, width === undefined ? height! / picture.height : width / picture.width, enlarge);
  }
  const box = { width: width ?? usualBox.width, height: height ?? usualBox.height };
  const allowed = enlarge
    ? box
    : { width: Math.min(box.width, picture.width), height: Math.min(box.height, picture.height) };
  if (fit !== 'inside') return allowed;
  return scaled(picture, Math.min(allowed.width / picture.width, allowed.height / picture.height), enlarge);
}

function scaled({ width, height }: Size, factor: number, enlarge: boolean): Size {
  const kept = enlarge ? factor : Math.min(factor, 1);
  return { width: Math.max(1, Math.round(width * kept)), height: Math.max(1, Math.round(height * kept)) };
}
