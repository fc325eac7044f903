/** A kind of picture that is drawn: what people send, from a thumbnail to six megapixels. */
export interface KindOfPicture {
  format: 'jpeg' | 'png' | 'webp';
  width: number;
  height: number;
}

/** Sent by turns, so that every run of the same size sends the same. PNG is small: what is drawn would be megabytes in it. */
export const kindsOfPictures: readonly KindOfPicture[] = [
  { format: 'jpeg', width: 1600, height: 1200 },
  { format: 'jpeg', width: 640, height: 480 },
  { format: 'webp', width: 1280, height: 720 },
  { format: 'png', width: 800, height: 600 },
  { format: 'jpeg', width: 3000, height: 2000 },
  { format: 'jpeg', width: 1080, height: 1920 },
  { format: 'png', width: 512, height: 512 },
  { format: 'webp', width: 900, height: 1200 },
  { format: 'jpeg', width: 2048, height: 1365 },
  { format: 'jpeg', width: 400, height: 300 },
];

/** Asked for by turns. */
export const defaultOperations: readonly string[] = ['resize', 'resize,watermark', 'resize,watermark,filter'];
