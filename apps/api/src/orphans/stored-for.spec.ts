import { descriptionKey, givenIdsKey, measuredPictureKey, pictureKey, resultKey } from '@ekphrasis/contracts';
import { measuredNonceIn, storedFor } from './stored-for.js';

describe('storedFor', () => {
  const job = { imageId: 17, nonce: '0f-a_B' };

  it('knows the keys of all that is kept about an image', () => {
    expect(storedFor(descriptionKey(17))).toMatchObject({ imageId: 17, kind: 'description' });
    expect(storedFor(resultKey(job))).toMatchObject({ ...job, kind: 'result' });
    expect(storedFor(pictureKey(job))).toMatchObject({ ...job, kind: 'picture' });
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
