import type { VersionedImage } from '../status/image-status.repository.js';
import { imageStatusView, type ImageStatusView } from '../status/image-status.js';

/** What an image is now, as it is told to whoever follows it: made once for all of them. */
export class ImageState {
  /** Another one after each change of the image's row. */
  readonly version: string;
  readonly view: ImageStatusView;
  private text?: string;

  constructor({ version, ...row }: VersionedImage) {
    this.version = version;
    this.view = imageStatusView(row);
  }

  /** Whether it changes no more, unless somebody has it tried again. */
  get isFinal(): boolean {
    return this.view.status === 'described' || this.view.status === 'failed';
  }

  /** The view, in one line. */
  get json(): string {
    return (this.text ??= JSON.stringify(this.view));
  }
}

/** Images with the version that is known of each; undefined where none is. */
export type KnownVersions = ReadonlyMap<number, string | undefined>;
