import { Injectable } from '@nestjs/common';
import { renditionJobs, type RenditionRequested } from '@ekphrasis/contracts';
import type { Delivery } from '@ekphrasis/messaging';
import type { RenditionHandler } from './rendition-handler.js';
import { Renditions } from './renditions.service.js';

/** In pixels, the longer one. */
const side = 320;

@Injectable()
export class ThumbnailJobs implements RenditionHandler {
  readonly job = renditionJobs.thumbnail;

  constructor(private readonly renditions: Renditions) {}

  handle(delivery: Delivery<RenditionRequested>): Promise<void> {
    return this.renditions.make(this.job, delivery, [{ operation: 'resize', width: side, height: side }]);
  }
}
