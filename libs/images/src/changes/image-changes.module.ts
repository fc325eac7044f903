import { Module, type DynamicModule } from '@nestjs/common';
import { ImageStatusModule } from '../status/image-status.module.js';
import { ImageChangesListener } from './image-changes.listener.js';
import { ImageChanges } from './image-changes.service.js';
import { ImageProgress } from './image-progress.js';
import { StatusReader } from './status-reader.js';

/** Being told of images' changes. By itself it hears nothing: somebody calls `ImageProgress.announce`. */
@Module({
  imports: [ImageStatusModule],
  providers: [ImageChanges, ImageProgress, StatusReader],
  exports: [ImageChanges, ImageProgress],
})
export class ImageChangesModule {
  /** With a listener to the broadcasts of the API's replicas, for a process that has none of its own. */
  static listening(): DynamicModule {
    return { module: ImageChangesModule, providers: [ImageChangesListener] };
  }
}
