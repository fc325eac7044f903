/* Relative, as in `coded-errors.ts`. */
export { pictureTypeOf, type PictureType } from '../../pictures/src/index.js';
