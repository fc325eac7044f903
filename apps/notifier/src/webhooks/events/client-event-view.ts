import { EndedProcessing, ImageDescribed, type ClientEvent } from '@ekphrasis/contracts';
import type { HappenedEvent } from './event-deliveries.service.js';

/** What clients are told of an event, as `GET /images/<id>/status` and `GET /status/<job_id>` say it. */
export function happenedEvent(event: ClientEvent, type: HappenedEvent['type']): HappenedEvent {
  const { eventId, clientId, finishedAt } = event;
  const data = event instanceof EndedProcessing ? processingData(event) : imageData(event);
  return { eventId, clientId, type, timestamp: finishedAt, data };
}

function processingData({ jobId, operations, fileName, result }: EndedProcessing): object {
  return { job_id: jobId, operations, file_name: fileName, result };
}

function imageData(event: Exclude<ClientEvent, EndedProcessing>): object {
  const { imageId, tag, options, attempts, queuedAt, startedAt, finishedAt } = event;
  const isDescribed = event instanceof ImageDescribed;
  return {
    imageId,
    status: isDescribed ? 'described' : 'failed',
    description: isDescribed ? event.description : null,
    confidence: isDescribed ? event.confidence : null,
    captions: isDescribed ? captionsOf(event) : [],
    tag,
    options: options ?? {},
    model: isDescribed ? event.model : null,
    attempts,
    failure: isDescribed ? null : { code: event.code, message: event.reason },
    queuedAt,
    startedAt,
    finishedAt,
  };
}

/** The first is the description, to its last digit. */
function captionsOf({ description, confidence, captions }: ImageDescribed): object[] {
  return [{ text: description, confidence }, ...(captions?.slice(1) ?? [])];
}
