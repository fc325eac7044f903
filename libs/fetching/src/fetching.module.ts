import { readEnvironment } from '@ekphrasis/configuration';
import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { createPictureFetcher } from './create-picture-fetcher.js';
import { FetchingSettings } from './fetching.settings.js';
import type { PictureFetcher } from './picture-fetcher.js';

/** Injects the process's `PictureFetcher`. */
export const PICTURE_FETCHER = Symbol('PictureFetcher');

/** Provides `PICTURE_FETCHER` and its settings everywhere in an app, and closes it with the app. */
@Module({})
export class FetchingModule implements OnApplicationShutdown {
  /** @param settings by default read from the environment when the app is created */
  static forRoot(settings?: FetchingSettings): DynamicModule {
    return {
      module: FetchingModule,
      global: true,
      providers: [
        { provide: FetchingSettings, useFactory: () => settings ?? readEnvironment(FetchingSettings) },
        { provide: PICTURE_FETCHER, useFactory: createPictureFetcher, inject: [FetchingSettings] },
      ],
      exports: [PICTURE_FETCHER, FetchingSettings],
    };
  }

  constructor(@Inject(PICTURE_FETCHER) private readonly fetcher: PictureFetcher) {}

  async onApplicationShutdown(): Promise<void> {
    await this.fetcher.close();
  }
}
