import {
  descriptionKey,
  givenIdsKey,
  measuredPictureKey,
  pictureKey,
  processedKey,
  processingRecordKey,
  renditionFailureKey,
  renditionJobs,
  renditionKey,
  resultKey,
  uploadKey,
} from '@ekphrasis/contracts';
import { measuredNonceIn, processingIdIn, storedFor } from './stored-for.js';

describe('storedFor', () => {
  const job = { imageId: 17, nonce: '0f-a_B' };

  it('knows the keys of all that is kept about an image', () => {
    expect(storedFor(descriptionKey(17))).toMatchObject({ imageId: 17, kind: 'description' });
    expect(storedFor(resultKey(job))).toMatchObject({ ...job, kind: 'result' });
    expect(storedFor(pictureKey(job))).toMatchObject({ ...job, kind: 'picture' });
    for (const rendition of Object.values(renditionJobs)) {
      for (const key of [renditionKey(rendition, 17, job.nonce), renditionFailureKey(rendition, 17, job.nonce)])
        expect(storedFor(key)).toEqual({ ...job, key, kind: 'rendition' });
    }
    expect(storedFor('pictures/17')).toMatchObject({ imageId: 17, kind: 'picture', nonce: undefined });
  });

  it.each([givenIdsKey, 'check', '17.txt.bak', 'x17.txt', 'pictures/x', 'results/17.json', '99999999999999999.txt'])(
    'knows nothing of %s',
    (key) => expect(storedFor(key)).toBeUndefined(),
  );
});

it('knows the picture of a measurement by its nonce', () => {
  expect(measuredNonceIn(measuredPictureKey('0f-a_B'))).toEqual({ key: 'measured/0f-a_B', nonce: '0f-a_B' });
  for (const key of ['measured/', 'measured/a/b', 'pictures/17', '17.txt'])
    expect(measuredNonceIn(key)).toBeUndefined();
});

it('knows the objects of a processing job by its id', () => {
  const jobId = '7b1f1a0e-6c1d-4f0a-9a54-0c5a6f2f5a11';
  const keys = [uploadKey(jobId), processingRecordKey(jobId), processedKey(jobId, '0f1e2d3c4b5a6978', 'jpeg')];
  expect(keys.map(processingIdIn)).toEqual(keys.map((key) => ({ key, jobId })));
  for (const key of ['check', '17.txt', `${jobId}.txt`, `x${jobId}`, `${jobId}-`])
    expect(processingIdIn(key)).toBeUndefined();
});
