import { renditionJobs } from '@ekphrasis/contracts';
import type { ProblemKinds } from '@ekphrasis/service';

/** What the API's own errors are to a client. */
export const problemKinds: ProblemKinds = {
  'upload-missing': { status: 400, title: 'There is no picture in the upload' },
  'upload-unreadable': { status: 400, title: 'The upload cannot be read' },
  'upload-too-large': { status: 413, title: 'The picture is too large' },
  'upload-not-a-picture': { status: 415, title: 'The upload is not a picture' },
  'batch-too-large': { status: 413, title: 'The body is too large' },
  'gallery-off': { status: 404, title: 'Not found' },
  'image-not-found': { status: 404, title: 'Not found' },
  ...Object.fromEntries(
    Object.values(renditionJobs).map(({ name }) => [`${name}-not-yet`, { status: 404, title: 'Not there yet' }]),
  ),
  'image-not-failed': { status: 409, title: 'This image has not failed' },
  'picture-removed': { status: 409, title: 'This image cannot be tried again' },
  'client-not-found': { status: 404, title: 'Not found' },
  'api-key-not-found': { status: 404, title: 'Not found' },
  'processing-not-found': { status: 404, title: 'Not found' },
  'webhook-not-found': { status: 404, title: 'Not found' },
  'webhook-disabled': { status: 409, title: 'This webhook is disabled' },
  'delivery-not-found': { status: 404, title: 'Not found' },
  'dead-letter-not-found': { status: 404, title: 'Not found' },
  'dead-letter-unreadable': { status: 409, title: 'This dead letter cannot be sent again' },
  'idempotency-key-reused': { status: 422, title: 'The idempotency key was used for another request' },
  'picture-unreadable': { status: 422, title: 'A picture cannot be read' },
  'measurement-not-found': { status: 404, title: 'Not found' },
  'measured-picture-missing': { status: 404, title: 'Not found' },
  'too-many-streams': { status: 503, title: 'Too many event streams are open' },
  'image-ids-taken': { status: 503, title: 'Temporarily unavailable' },
};
