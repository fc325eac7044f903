import { readEnvironment } from '@ekphrasis/configuration';
import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { createPictureStorage, createStorage } from './create-storage.js';
import type { ObjectStorage } from './object-storage.js';
import { StorageSettings } from './storage.settings.js';

/** Injects the process's `ObjectStorage`. */
export const OBJECT_STORAGE = Symbol('ObjectStorage');
/** Injects the `ObjectStorage` of the originals of processing jobs. */
export const UPLOADS_STORAGE = Symbol('UploadsStorage');
/** Injects the `ObjectStorage` of processed pictures. */
export const PROCESSED_STORAGE = Symbol('ProcessedStorage');

/** Provides `OBJECT_STORAGE`, `UPLOADS_STORAGE` and `PROCESSED_STORAGE` everywhere in an app. */
@Module({})
export class StorageModule {
  /** @param settings by default read from the environment when the app is created */
  static forRoot(settings?: StorageSettings): DynamicModule {
    const current = (): StorageSettings => settings ?? readEnvironment(StorageSettings);
    const pictures = (provide: symbol, kind: 'uploads' | 'processed'): FactoryProvider => ({
      provide,
      useFactory: (storage: ObjectStorage) => createPictureStorage(kind, current(), storage),
      inject: [OBJECT_STORAGE],
    });
    return {
      module: StorageModule,
      global: true,
      providers: [
        { provide: OBJECT_STORAGE, useFactory: () => createStorage(current()) },
        pictures(UPLOADS_STORAGE, 'uploads'),
        pictures(PROCESSED_STORAGE, 'processed'),
      ],
      exports: [OBJECT_STORAGE, UPLOADS_STORAGE, PROCESSED_STORAGE],
    };
  }
}
