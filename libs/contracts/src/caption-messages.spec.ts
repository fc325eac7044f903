import { IsInt, IsISO8601, IsString } from 'class-validator';
import {
  captionCompleted,
  captionFailed,
  captionRequested,
  captionStarted,
  captionWaiting,
  defineMessage,
  imageRecorded,
  newNonce,
  type MessageContract,
} from './index.js';
import { describeMessages, time } from '../test/message-examples.js';

describeMessages([
  [
    captionRequested,
    { imageId: 17, url: 'shorturl.at/notNY', requestedAt: time },
    [
      { imageId: 17, requestedAt: time },
      { imageId: '17', url: 'a.example', requestedAt: time },
      { imageId: 0, url: 'a.example', requestedAt: time },
      { imageId: 1.5, url: 'a.example', requestedAt: time },
      { imageId: 17, url: 'a.example' },
      { imageId: 17, url: 'a.example', requestedAt: 'yesterday' },
      { imageId: 17, url: 5, requestedAt: time },
    ],
  ],
  [
    captionRequested,
    {
      imageId: 17,
      url: 'a.example',
      options: { prompt: 'a picture of', beams: 3, captions: 2, maxLength: 30 },
      requestedAt: time,
    },
    [
      { imageId: 17, url: 'a.example', options: 'beams', requestedAt: time },
      { imageId: 17, url: 'a.example', options: [{ beams: 3 }], requestedAt: time },
      { imageId: 17, url: 'a.example', options: { beams: '3' }, requestedAt: time },
      { imageId: 17, url: 'a.example', options: { beams: 0 }, requestedAt: time },
      { imageId: 17, url: 'a.example', options: { prompt: 17 }, requestedAt: time },
      { imageId: 17, url: 'a.example', options: { captions: 1.5 }, requestedAt: time },
    ],
  ],
  [captionStarted, { imageId: 17, attempt: 1, startedAt: time }, [{ imageId: 17, attempt: 0, startedAt: time }]],
  [
    captionCompleted,
    {
      imageId: 17,
      description: 'a cat 🐈',
      confidence: 0.5,
      model: 'small',
      attempt: 1,
      startedAt: time,
      completedAt: time,
    },
    [
      { imageId: 17, attempt: 1, startedAt: time, completedAt: time },
      { imageId: 17, description: 'a', confidence: 2, attempt: 1, startedAt: time, completedAt: time },
      { imageId: 17, description: ['a'], attempt: 1, startedAt: time, completedAt: time },
    ],
  ],
  [
    captionCompleted,
    {
      imageId: 17,
      description: 'a cat',
      captions: [
        { text: 'a cat', confidence: 0.5 },
        { text: 'a dog', confidence: 0.25 },
      ],
      attempt: 1,
      startedAt: time,
      completedAt: time,
    },
    [
      { imageId: 17, description: 'a', captions: [], attempt: 1, startedAt: time, completedAt: time },
      { imageId: 17, description: 'a', captions: ['a', 'b'], attempt: 1, startedAt: time, completedAt: time },
      { imageId: 17, description: 'a', captions: [{ text: 'a' }], attempt: 1, startedAt: time, completedAt: time },
    ],
  ],
  [
    captionFailed,
    { imageId: 17, code: 'not-found', reason: 'Nothing there', attempt: 1, startedAt: time, failedAt: time },
    [{ imageId: 17, code: 'not-found', attempt: 1, startedAt: time, failedAt: time }],
  ],
  [
    imageRecorded,
    { images: [{ imageId: 17, status: 'described' }] },
    [{ images: [] }, { images: [{ imageId: 17, status: 'lost' }] }, { images: [17] }, { images: {} }, {}],
  ],
]);

it('takes an uploaded picture’s key in the place of a URL', () => {
  const job = { imageId: 17, pictureKey: 'pictures/17', requestedAt: time };
  expect(captionRequested.decode(captionRequested.encode(job))).toEqual(job);
});

it('drops options that a newer sender added', () => {
  const job = { imageId: 17, url: 'a.example', options: { beams: 3, mood: 'happy' }, requestedAt: time };
  expect(captionRequested.decode(Buffer.from(JSON.stringify(job)))).toEqual({ ...job, options: { beams: 3 } });
});

describe('a nonce', () => {
  const about = { imageId: 17, attempt: 1, startedAt: time };
  const carriers: [MessageContract<object>, object][] = [
    [captionRequested, { imageId: 17, url: 'a.example', requestedAt: time }],
    [captionStarted, about],
    [captionCompleted, { ...about, description: 'a cat', completedAt: time }],
    [captionFailed, { ...about, code: 'not-found', reason: 'Nothing there', failedAt: time }],
    [captionWaiting, { imageIds: [17] }],
  ];
  const cases = carriers.map(([contract, message]) => ({ type: contract.type, contract, message }));
  const withNonce = (message: object) => ({
    ...message,
    ...('imageIds' in message ? { nonces: ['0123456789abcdef'] } : { nonce: '0123456789abcdef' }),
  });

  /** The fields that the version before knew: what it drops of a newer sender's message. */
  class EarlierCaptionRequested {
    @IsInt()
    imageId: number;
    @IsString()
    url: string;
    @IsISO8601()
    requestedAt: string;
  }

  it.each(cases)('travels with $type, and may be absent', ({ contract, message }) => {
    expect(contract.decode(contract.encode(withNonce(message)))).toEqual(withNonce(message));
    expect(contract.decode(contract.encode(message))).toEqual(message);
  });

  it('is dropped by a worker of an earlier version, whose reports have none', () => {
    const [, job] = carriers[0]!;
    const earlier = defineMessage('caption.requested', 1, EarlierCaptionRequested);
    expect(earlier.decode(captionRequested.encode(withNonce(job) as never))).toEqual(job);
  });

  it.each(['', 17, null, '../etc', 'a'.repeat(65), ['aa']])(
    'is refused where it could be no part of a key: %j',
    (nonce) => {
      const body = Buffer.from(JSON.stringify({ ...about, nonce }));
      if (nonce === null) expect(captionStarted.decode(body)).toMatchObject(about);
      else expect(() => captionStarted.decode(body)).toThrow(/nonce/);
    },
  );

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 1_000 }, newNonce)).size).toBe(1_000);
  });
});

it('names the field that is wrong', () => {
  expect(() => captionStarted.decode(Buffer.from('{"imageId":17,"attempt":1}'))).toThrow(/startedAt/);
});
