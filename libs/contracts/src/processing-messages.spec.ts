import { processingDone, processingRecorded, processingRequested, processingStarted, renditionJobs } from './index.js';
import { describeMessages, time, type Examples } from '../test/message-examples.js';

const jobId = '7b1f1a0e-6c1d-4f0a-9a54-0c5a6f2f5a11';

describeMessages([
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
  ...Object.values(renditionJobs).map(({ request }): Examples => [
    request,
    { imageId: 17, nonce: 'aa', pictureKey: 'pictures/17-aa', storageId: 's1', requestedAt: time },
    [
      { imageId: 17, requestedAt: time },
      { imageId: 0, url: 'a.example', requestedAt: time },
    ],
  ]),
  [processingRecorded, { jobIds: [jobId] }, [{ jobIds: [] }, { jobIds: ['a'] }]],
]);
