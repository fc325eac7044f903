import { Setting } from '@ekphrasis/configuration';

export class GallerySettings {
  /** Whether the page shows what was submitted last: all that came without a key, to whoever opens the page. */
  @Setting<'on' | 'off'>({
    expected: 'on or off',
    parse: (text) => text as 'on' | 'off',
    accepts: (value) => value === 'on' || value === 'off',
  })
  GALLERY: 'on' | 'off' = 'off';
}
