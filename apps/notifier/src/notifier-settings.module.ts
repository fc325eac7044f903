import { Global, Module } from '@nestjs/common';
import { readEnvironment } from '@ekphrasis/configuration';
import { NotifierSettings } from './notifier.settings.js';

/** The notifier's settings, for all of its modules. */
@Global()
@Module({
  providers: [{ provide: NotifierSettings, useFactory: () => readEnvironment(NotifierSettings) }],
  exports: [NotifierSettings],
})
export class NotifierSettingsModule {}
