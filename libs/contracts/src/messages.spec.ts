import { IsInt, IsISO8601, IsString } from 'class-validator';
import {
  captionCompleted,
  captionFailed,
  captionRequested,
  captionStarted,
  captionWaiting,
  defineMessage,
  imageDescribed,
  imageFailed,
  imageRecorded,
  measurementTaken,
  newNonce,
  processingCompleted,
  processingDone,
  processingFailed,
  processingRecorded,
  processingRequested,
  processingStarted,
  renditionJobs,
  webhooksChanged,
  type MessageContract,
} from './index.js';

const time = '2026-01-01T00:00:00.000Z';
const ended = {
  eventId: 'e1',
  clientId: 'c1',
  imageId: 17,
  tag: null,
  options: { beams: 3 },
  attempts: 1,
  queuedAt: time,
  startedAt: null,
  finishedAt: time,
};
const jobId = '7b1f1a0e-6c1d-4f0a-9a54-0c5a6f2f5a11';
const processed = {
  eventId: 'e1',
  clientId: 'c1',
  jobId: 'j1',
  operations: ['resize', 'filter'],
  fileName: 'cat.png',
  result: { width: 800 },
  finishedAt: time,
};
const measured = {
  measurementId: '17',
  nonce: '0f',
  clientId: 'c1',
  fileName: null,
  red: 0.3107,
  redChannelMean: 0.5432,
  width: 4_000,
  height: 3_000,
  measuredAt: time,
};
const messages: [MessageContract<object>, object, object[]][] = [
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
    ],
  ],
  [
    processingRequested,
    {
      jobId,
      uploadKey: jobId,
      storageId: 's1',
      operations: ['watermark', 'resize', 'filter'],
      options: {
        resize: { width: 20, fit: 'cover', enlarge: true },
        watermark: { text: 'a', position: 'top', opacity: 0.5 },
        filter: { name: 'sepia' },
      },
      requestedAt: time,
    },
    [
      { jobId: '../etc/passwd', uploadKey: jobId, storageId: 's1', operations: ['resize'], requestedAt: time },
      { jobId, uploadKey: jobId, storageId: 's1', operations: [], requestedAt: time },
      { jobId, uploadKey: jobId, storageId: 's1', operations: ['rotate'], requestedAt: time },
      { jobId, uploadKey: jobId, storageId: 's1', operations: ['resize'], options: { resize: 5 }, requestedAt: time },
      {
        jobId,
        uploadKey: jobId,
        storageId: 's1',
        operations: ['resize'],
        options: { resize: { width: 0 } },
        requestedAt: time,
      },
    ],
  ],
  [processingStarted, { jobId, attempt: 1, startedAt: time }, [{ jobId: 17, attempt: 1, startedAt: time }]],
  [
    processingDone,
    {
      jobId,
      attempt: 1,
      startedAt: time,
      doneAt: time,
      processedKey: 'a',
      width: 1,
      height: 1,
      bytes: 1,
      format: 'png',
    },
    [
      {
        jobId,
        attempt: 1,
        startedAt: time,
        doneAt: time,
        processedKey: 'a',
        width: 0,
        height: 1,
        bytes: 1,
        format: 'png',
      },
    ],
  ],
  ...Object.values(renditionJobs).map(({ request }): [MessageContract<object>, object, object[]] => [
    request,
    { imageId: 17, nonce: 'aa', pictureKey: 'pictures/17-aa', storageId: 's1', requestedAt: time },
    [
      { imageId: 17, requestedAt: time },
      { imageId: 0, url: 'a.example', requestedAt: time },
    ],
  ]),
  [processingRecorded, { jobIds: [jobId] }, [{ jobIds: [] }, { jobIds: ['a'] }]],
  [
    imageDescribed,
    { ...ended, description: 'a cat', confidence: 0.5, captions: null, model: 'small' },
    [
      { ...ended, confidence: 0.5, captions: null, model: 'small' },
      { ...ended, description: 'a cat', confidence: 2 },
      { ...ended, description: 'a cat', clientId: null },
      { ...ended, description: 'a cat', finishedAt: null },
    ],
  ],
  [
    imageFailed,
    { ...ended, code: 'not-found', reason: 'Nothing is there' },
    [
      { ...ended, code: 'not-found' },
      { ...ended, code: 'not-found', reason: 'Nothing is there', eventId: null },
    ],
  ],
  [
    processingCompleted,
    processed,
    [
      { ...processed, operations: [] },
      { ...processed, operations: 'resize' },
      { ...processed, result: 'done' },
      { ...processed, clientId: null },
    ],
  ],
  [
    processingFailed,
    { ...processed, fileName: null, result: { error: 'not-a-picture' } },
    [{ ...processed, jobId: 17 }],
  ],
  [
    measurementTaken,
    measured,
    [
      { ...measured, measurementId: 17 },
      { ...measured, measurementId: '017' },
      { ...measured, nonce: undefined },
      { ...measured, red: 1.0001 },
      { ...measured, width: 0 },
      { ...measured, measuredAt: 'now' },
    ],
  ],
  [webhooksChanged, { webhookIds: ['w1'] }, [{}, { webhookIds: [] }, { webhookIds: [17] }]],
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
      { imageId: 17, url: 'a.example', options: { captions: 1.5 }, requestedAt: time },
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
];

describe.each(messages.map(([contract, message, wrong]) => ({ type: contract.type, contract, message, wrong })))(
  '$type',
  ({ contract, message, wrong }) => {
    it('reads what it wrote', () => {
      const encoded = contract.encode(message);
      expect(contract.decode(encoded)).toEqual(message);
      expect(JSON.parse(encoded.toString('utf8'))).toEqual(message);
    });

    it('drops what a newer sender added', () => {
      expect(contract.decode(Buffer.from(JSON.stringify({ ...message, added: true })))).toEqual(message);
    });

    it('reads out of a larger buffer', () => {
      const encoded = contract.encode(message);
      const larger = Buffer.concat([Buffer.from('xx'), encoded, Buffer.from('yy')]);
      expect(contract.decode(larger.subarray(2, 2 + encoded.length))).toEqual(message);
    });

    it.each(wrong)('refuses %j for good', (body) => {
      expect(() => contract.decode(Buffer.from(JSON.stringify(body)))).toThrow(
        expect.objectContaining({ code: 'malformed-message', retryable: false }) as Error,
      );
    });

    it.each(['', 'no JSON', '[]', '17', 'null', '"text"', '{'])('refuses %j', (text) => {
      expect(() => contract.decode(Buffer.from(text))).toThrow(
        expect.objectContaining({ code: 'malformed-message' }) as Error,
      );
    });
  },
);

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
