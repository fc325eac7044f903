import type { JobDefinition, RenditionRequested } from '@ekphrasis/contracts';
import type { Delivery } from '@ekphrasis/messaging';

/** The port: what makes one of the renditions. */
export interface RenditionHandler {
  readonly job: JobDefinition<RenditionRequested>;
  /** Resolves when the rendition, or the note that there can be none, is stored. @throws CodedError where another try may help */
  handle(delivery: Delivery<RenditionRequested>): Promise<void>;
}

/** Injects all of them. */
export const RENDITION_HANDLERS = Symbol('RenditionHandlers');
