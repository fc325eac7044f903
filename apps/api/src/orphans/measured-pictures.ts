import { Inject, Injectable } from '@nestjs/common';
import { OBJECT_STORAGE, type ObjectStorage } from '@ekphrasis/storage';
import { StorageIdentity } from '@ekphrasis/storage-identity';
import { OrphansRepository } from './orphans.repository.js';
import { measuredNonceIn } from './stored-for.js';
import type { SweptObjects } from './swept-objects.js';

/** `measured/{nonce}`: needed by the measurement with that nonce. */
@Injectable()
export class MeasuredPictures implements SweptObjects {
  readonly folders = ['measured'];

  constructor(
    private readonly repository: OrphansRepository,
    @Inject(StorageIdentity) private readonly identity: Pick<StorageIdentity, 'ensure'>,
    @Inject(OBJECT_STORAGE) readonly storage: ObjectStorage,
  ) {}

  ensure(): Promise<unknown> {
    return this.identity.ensure();
  }

  async orphansAmong(keys: string[]): Promise<string[]> {
    const objects = keys.map(measuredNonceIn).filter((object) => object !== undefined);
    const measured = await this.repository.findMeasured(objects.map(({ nonce }) => nonce));
    return objects.filter(({ nonce }) => !measured.has(nonce)).map(({ key }) => key);
  }
}
