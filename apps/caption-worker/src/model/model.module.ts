import { Module } from '@nestjs/common';
import { readEnvironment } from '@ekphrasis/configuration';
import { ModelProvision } from './model-provision.js';
import { ModelSettings } from './model.settings.js';

@Module({
  providers: [{ provide: ModelSettings, useFactory: () => readEnvironment(ModelSettings) }, ModelProvision],
  exports: [ModelProvision],
})
export class ModelModule {}
