import { Module } from '@nestjs/common';
import { join } from 'node:path';
import { AccessSettings } from '@ekphrasis/access';
import { readEnvironment } from '@ekphrasis/configuration';
import { PageFiles } from '@ekphrasis/service';
import { GallerySettings } from '../gallery/gallery.settings.js';
import { WebPageController } from './web-page.controller.js';

/** Thumbnails of the URLs that a person asks about may come from anywhere. */
export const imageSources = "'self' blob: data: http: https:";

/** The page at `/`, on which a person watches pictures become words. It is a client of the public API like any other. */
@Module({
  controllers: [WebPageController],
  providers: [
    {
      provide: PageFiles,
      useFactory: () =>
        PageFiles.read(join(__dirname, 'public'), { made: { 'settings.js': settingsScript() }, imageSources }),
    },
  ],
})
export class WebPageModule {}

/** What of the API's settings the page's scripts know. */
function settingsScript(): string {
  const isGalleryOn = readEnvironment(GallerySettings).GALLERY === 'on';
  const isKeyRequired = readEnvironment(AccessSettings).API_KEYS === 'required';
  return `export const isGalleryOn = ${isGalleryOn};\nexport const isKeyRequired = ${isKeyRequired};\n`;
}
