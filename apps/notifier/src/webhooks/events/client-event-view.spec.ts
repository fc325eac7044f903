import { clientEvents, type ClientEvent } from '@ekphrasis/contracts';
import { happenedEvent } from './client-event-view.js';

const time = '2026-01-01T00:00:00.000Z';
const ended = {
  eventId: 'e1',
  clientId: 'c1',
  imageId: 17,
  tag: 'mine',
  options: null,
  attempts: 1,
  queuedAt: time,
  startedAt: null,
  finishedAt: '2026-01-01T00:00:01.000Z',
};

/** As it comes from the broker. */
function read(routingKey: string, body: object): ClientEvent {
  const contract = clientEvents.contracts.find((known) => known.routingKey === routingKey)!;
  return contract.decode(Buffer.from(JSON.stringify(body)));
}

describe('what clients are told', () => {
  it('of an image is its status', () => {
    const captions = [
      { text: 'a cat', confidence: 0.4 },
      { text: 'a dog', confidence: 0.2 },
    ];
    const described = read('image.described', {
      ...ended,
      description: 'a cat',
      confidence: 0.45,
      captions,
      model: 'm',
    });
    expect(happenedEvent(described, 'image.described')).toEqual({
      eventId: 'e1',
      clientId: 'c1',
      type: 'image.described',
      timestamp: ended.finishedAt,
      data: {
        imageId: 17,
        status: 'described',
        description: 'a cat',
        confidence: 0.45,
        captions: [{ text: 'a cat', confidence: 0.45 }, captions[1]],
        tag: 'mine',
        options: {},
        model: 'm',
        attempts: 1,
        failure: null,
        queuedAt: time,
        startedAt: null,
        finishedAt: ended.finishedAt,
      },
    });
  });

  it('of an image that failed is why', () => {
    const failed = read('image.failed', { ...ended, code: 'not-found', reason: 'Nothing is there' });
    expect(happenedEvent(failed, 'image.failed').data).toMatchObject({
      status: 'failed',
      description: null,
      captions: [],
      failure: { code: 'not-found', message: 'Nothing is there' },
    });
  });

  it('of an upload is its job and its result', () => {
    const processed = read('processing.completed', {
      eventId: 'e2',
      clientId: 'c1',
      jobId: 'j1',
      operations: ['resize'],
      fileName: 'cat.png',
      result: { width: 800 },
      finishedAt: time,
    });
    expect(happenedEvent(processed, 'processing.completed').data).toEqual({
      job_id: 'j1',
      operations: ['resize'],
      file_name: 'cat.png',
      result: { width: 800 },
    });
  });
});
