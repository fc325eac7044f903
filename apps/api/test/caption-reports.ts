import { CaptionCompleted, CaptionFailed, CaptionStarted } from '@ekphrasis/contracts';

/** What a worker's clock says; a job takes a second by it. */
const startedAt = '2026-01-01T00:00:00.000Z';
const endedAt = '2026-01-01T00:00:01.000Z';

export const started = (imageId: number, attempt = 1, at = startedAt): CaptionStarted =>
  Object.assign(new CaptionStarted(), { imageId, attempt, startedAt: at });

export const completed = (imageId: number, description = 'a cat', attempt = 1): CaptionCompleted =>
  Object.assign(new CaptionCompleted(), {
    imageId,
    description,
    attempt,
    startedAt,
    completedAt: endedAt,
    confidence: 0.5,
    model: 'small',
  });

export const failed = (imageId: number, code = 'not-found', attempt = 1): CaptionFailed =>
  Object.assign(new CaptionFailed(), {
    imageId,
    code,
    reason: 'Nothing is there',
    attempt,
    startedAt,
    failedAt: endedAt,
  });
