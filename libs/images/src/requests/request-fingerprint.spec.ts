import { createHash } from 'node:crypto';
import { requestFingerprint } from './request-fingerprint.js';

const url = 'https://example.org/a.png';

it('is of the picture alone where nothing else came, as it was before anything else could come', () => {
  expect(requestFingerprint(url, {})).toBe(createHash('sha256').update(url).digest('hex'));
});

it('is the same for the same request, whatever the order of its options', () => {
  const one = requestFingerprint(url, { tag: 'a', options: { beams: 3, prompt: 'a' } });
  expect(requestFingerprint(Buffer.from(url), { options: { prompt: 'a', beams: 3 }, tag: 'a' })).toBe(one);
});

it('differs where anything of the request differs', () => {
  const requests = [
    {},
    { tag: '' },
    { tag: 'a' },
    { options: { prompt: 'a' } },
    { options: { beams: 3 } },
    { options: { captions: 3 } },
    { options: { max_length: 30 } },
    { tag: 'a', options: { beams: 3 } },
  ];
  const fingerprints = requests.flatMap((request) => [
    requestFingerprint(url, request),
    requestFingerprint(`${url}?`, request),
  ]);
  expect(new Set(fingerprints).size).toBe(fingerprints.length);
});
