import { imageStatusView, type VersionedImage } from '@ekphrasis/images';

/** What an image is now, as it is told to whoever follows it: made once for all of them. */
export interface ImageState {
  /** Another one after each change of the image's row. */
  version: string;
  /** Whether it changes no more. */
  isFinal: boolean;
  /** The `status` event, whole. */
  event: string;
}

/** Images with the version that is known of each; undefined where none is. */
export type KnownVersions = ReadonlyMap<number, string | undefined>;

export function imageState({ version, ...row }: VersionedImage): ImageState {
  const view = imageStatusView(row);
  return {
    version,
    isFinal: view.status === 'described' || view.status === 'failed',
    event: eventText('status', JSON.stringify(view)),
  };
}

/** One server-sent event. @param data in one line */
export function eventText(type: string, data = ''): string {
  return `event: ${type}\ndata: ${data}\n\n`;
}
