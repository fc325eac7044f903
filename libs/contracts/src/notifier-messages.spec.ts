import {
  imageDescribed,
  imageFailed,
  measurementTaken,
  processingCompleted,
  processingFailed,
  webhooksChanged,
} from './index.js';
import { describeMessages, time } from '../test/message-examples.js';

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

describeMessages([
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
]);
