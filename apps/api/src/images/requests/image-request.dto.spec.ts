import { ImageRequestPipe } from './image-request.dto.js';

const pipe = new ImageRequestPipe();

it('reads a JSON body', () => {
  const body = { image_url: 'https://example.org/a.png', tag: 'holiday', options: { beams: 3 } };
  expect(pipe.transform(body)).toEqual(body);
  expect(() => pipe.transform({})).toThrow('for image_url but received nothing');
});

it.each([undefined, null])('takes %s for no body: an upload has its own', (body) => {
  expect(pipe.transform(body)).toBeUndefined();
});
