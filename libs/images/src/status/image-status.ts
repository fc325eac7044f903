import type { ImageStatus } from '@ekphrasis/contracts';
import type { StoredCaptionOptions } from '@ekphrasis/persistence';
import type { ImageRow } from './image-status.repository.js';

/** Where an image is on its way, as clients are told. Times are ISO 8601, and the database's. */
export interface ImageStatusView {
  imageId: number;
  status: ImageStatus;
  description: string | null;
  /** Mean token probability, 0 to 1. */
  confidence: number | null;
  /** The best first, which is the description; empty until it is there. */
  captions: { text: string; confidence: number | null }[];
  /** The client's own word for the image. */
  tag: string | null;
  /** As the client gave them; empty where it gave none. */
  options: StoredCaptionOptions;
  /** What made the description. */
  model: string | null;
  /** Tries so far, the running one included. */
  attempts: number;
  failure: { code: string; message: string } | null;
  queuedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
}

export function imageStatusView({ clientId: _, ...row }: ImageRow): ImageStatusView {
  const { id, captions, options, failureCode, failureReason, queuedAt, startedAt, finishedAt, ...rest } = row;
  const { description, confidence } = row;
  return {
    imageId: id,
    ...rest,
    // the first is the description, to its last digit
    captions: description === null ? [] : [{ text: description, confidence }, ...(captions?.slice(1) ?? [])],
    options: options ?? {},
    failure: failureCode === null ? null : { code: failureCode, message: failureReason ?? '' },
    queuedAt: queuedAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}
