import { Inject, Injectable } from '@nestjs/common';
import { renditionFolder, renditionJobs } from '@ekphrasis/contracts';
import { OBJECT_STORAGE, type ObjectStorage } from '@ekphrasis/storage';
import { StorageIdentity } from '@ekphrasis/storage-identity';
import { ApiSettings } from '../api.settings.js';
import { OrphansRepository, type OwningImage } from './orphans.repository.js';
import { storedFor, type StoredFor } from './stored-for.js';
import type { SweptObjects } from './swept-objects.js';

/**
 * What is kept about images:
 *
 * | object                    | is needed by                                                               |
 * |---------------------------|----------------------------------------------------------------------------|
 * | `{id}.txt`                | the image of that id                                                       |
 * | `results/{id}-{nonce}`    | the image of that id, if it has that nonce                                 |
 * | `thumbnails/{id}-{nonce}` | the same; so are other renditions                                          |
 * | `pictures/{id}-{nonce}`   | the image whose row names it, until `DESCRIBED_UPLOAD_DAYS` or `FAILED_UPLOAD_DAYS` after its end |
 */
@Injectable()
export class ImageObjects implements SweptObjects {
  readonly folders = ['', 'results', 'pictures', ...Object.values(renditionJobs).map(renditionFolder)];

  constructor(
    private readonly repository: OrphansRepository,
    @Inject(StorageIdentity) private readonly identity: Pick<StorageIdentity, 'ensure'>,
    @Inject(OBJECT_STORAGE) readonly storage: ObjectStorage,
    @Inject(ApiSettings) private readonly settings: Pick<ApiSettings, 'DESCRIBED_UPLOAD_DAYS' | 'FAILED_UPLOAD_DAYS'>,
  ) {}

  ensure(): Promise<unknown> {
    return this.identity.ensure();
  }

  async orphansAmong(keys: string[]): Promise<string[]> {
    const objects = keys.map(storedFor).filter((object) => object !== undefined);
    if (objects.length === 0) return [];
    const images = await this.repository.find([...new Set(objects.map(({ imageId }) => imageId))]);
    const given = await this.givenUp(objects, images);
    return objects
      .filter((object) => given.has(object) || !isNeeded(object, images.get(object.imageId)))
      .map(({ key }) => key);
  }

  /** The pictures of ended images whose time is over; their rows name them no more. */
  private async givenUp(objects: StoredFor[], images: ReadonlyMap<number, OwningImage>): Promise<Set<StoredFor>> {
    const ofEnded = objects.filter(({ kind, key, imageId }) => {
      const image = images.get(imageId);
      const hasEnded = image?.status === 'described' || image?.status === 'failed';
      return kind === 'picture' && hasEnded && image.pictureKey === key;
    });
    if (ofEnded.length === 0) return new Set();
    const { DESCRIBED_UPLOAD_DAYS: described, FAILED_UPLOAD_DAYS: failed } = this.settings;
    const ids = ofEnded.map(({ imageId }) => imageId);
    const released = await this.repository.releasePictures(ids, { described, failed });
    return new Set(ofEnded.filter(({ imageId }) => released.has(imageId)));
  }
}

function isNeeded({ kind, key, nonce }: StoredFor, image: OwningImage | undefined): boolean {
  if (!image) return false;
  if (kind === 'picture') return image.pictureKey === key;
  return kind === 'description' || image.nonce === nonce;
}
