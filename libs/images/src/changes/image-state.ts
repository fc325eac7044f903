import { isOpenTo } from '../ownership.js';
import type { VersionedImage } from '../status/image-status.repository.js';
import { imageStatusView, type ImageStatusView } from '../status/image-status.js';

/** What an image is now, as it is told to whoever follows it: made once for all of them. */
export class ImageState {
  /** Whose it is; null where it came without a key. */
  readonly clientId: string | null;
  /** Another one after each change of the image's row. */
  readonly version: string;
  readonly view: ImageStatusView;
  private text?: string;

  constructor({ version, ...row }: VersionedImage) {
    this.clientId = row.clientId;
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

/** What was found of images; undefined of those that there are not. */
export type ImageStates = ReadonlyMap<number, ImageState | undefined>;

/** What a caller may know of them: of what is another's, no more than of what there is not. */
export function statesOpenTo(caller: string | undefined, states: ImageStates): ImageStates {
  const entries = [...states].map(([id, state]) => [id, state && isOpenTo(caller, state) ? state : undefined] as const);
  return new Map(entries);
}

/** Images with the version that is known of each; undefined where none is. */
export type KnownVersions = ReadonlyMap<number, string | undefined>;
