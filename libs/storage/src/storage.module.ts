import { readEnvironment } from '@ekphrasis/configuration';
import { Module, type DynamicModule } from '@nestjs/common';
import { createStorage } from './create-storage.js';
import { StorageSettings } from './storage.settings.js';

/** Injects the process's `ObjectStorage`. */
export const OBJECT_STORAGE = Symbol('ObjectStorage');

/** Provides `OBJECT_STORAGE` everywhere in an app. */
@Module({})
export class StorageModule {
  /** @param settings by default read from the environment when the app is created */
  static forRoot(settings?: StorageSettings): DynamicModule {
    return {
      module: StorageModule,
      global: true,
      providers: [
        { provide: OBJECT_STORAGE, useFactory: () => createStorage(settings ?? readEnvironment(StorageSettings)) },
      ],
      exports: [OBJECT_STORAGE],
    };
  }
}
