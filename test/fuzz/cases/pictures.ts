import type { MakeCase } from '../fuzz-case.js';
import { mutatePicture } from '../pictures/mutate-picture.js';
import { pictureAnswer, postPicture, postUrl } from './request.js';

export const pictureUpload: MakeCase = (dice, { corpus }) => {
  const picture = mutatePicture(dice, corpus);
  return { request: postPicture(picture), picture };
};

export const pictureByUrl: MakeCase = (dice, { corpus, pictureHost, step }) => {
  const picture = mutatePicture(dice, corpus);
  return { request: postUrl(`http://${pictureHost}/${step}/`), served: pictureAnswer(picture), picture };
};

/** The same picture each time, but for its end: nobody may know it from the time before. */
export const slowPictureUpload: MakeCase = (dice, { slowPicture }) => {
  const picture = Buffer.concat([slowPicture, dice.bytes(8)]);
  return { request: postPicture(picture), picture, failure: 'picture-too-slow' };
};

export const unharmedUpload: MakeCase = (dice, { corpus }) => {
  const [unharmed, picture] = dice.oneOf([...corpus.samples]);
  return { request: postPicture(picture), picture, unharmed };
};

export const unharmedByUrl: MakeCase = (dice, { corpus, pictureHost, step }) => {
  const [unharmed, picture] = dice.oneOf([...corpus.samples]);
  return { request: postUrl(`http://${pictureHost}/${step}/`), served: pictureAnswer(picture), picture, unharmed };
};
