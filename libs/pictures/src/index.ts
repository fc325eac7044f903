export { pictureTypeOf, type PictureType } from './picture-type.js';
