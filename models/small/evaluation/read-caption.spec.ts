import { join } from 'node:path';
import { CaptionReader } from './read-caption.js';
import { readWorld } from './world.js';

let reader: CaptionReader;

beforeAll(async () => {
  reader = new CaptionReader(await readWorld(join(__dirname, '..')));
});

describe('reading captions', () => {
  it('finds objects, direction and ground', () => {
    expect(reader.read('a large red circle to the left of a small blue star on a white background')).toEqual({
      objects: [
        { kind: 'circle', colour: 'red', size: 'large' },
        { kind: 'star', colour: 'blue', size: 'small' },
      ],
      direction: 'left',
      ground: { style: 'plain', colours: ['white'] },
    });
  });

  it('finds three objects, one of which is between the others', () => {
    const said = reader.read('a corn cob between a hot dog and an ice cream on a red and blue background');
    expect(said.objects.map(({ kind }) => kind)).toEqual(['corn cob', 'hot dog', 'ice cream']);
    expect(said.direction).toBe('between');
    expect(said.ground).toEqual({ style: 'two-tone', colours: ['red', 'blue'] });
  });

  it.each([
    ['a cat on a green background', 'middle'],
    ['a cat in the center of a green background', 'middle'],
    ['a cat on the left side of a green background', 'left'],
    ['a cat at the top of a green background', 'top'],
    ['a cat in the bottom right corner of a background fading from red to gray', 'bottom right'],
    ['a cat on the right side of a textured green background', 'right'],
  ])('of "%s" finds the place: %s', (caption, place) => {
    expect(reader.read(caption)).toMatchObject({ objects: [{ kind: 'cat' }], place });
  });

  it.each([
    'there is a cat above a dog on a green background',
    'A picture of a cat above a dog on a green background.',
    'a photo of a cat over a dog against a green background',
    'a cat above a dog in front of a green background',
  ])('understands "%s" like any other way of putting it', (caption) => {
    expect(reader.read(caption)).toEqual({
      objects: [{ kind: 'cat' }, { kind: 'dog' }],
      direction: 'above',
      ground: { style: 'plain', colours: ['green'] },
    });
  });

  it('finds nothing but the ground where there is nothing else', () => {
    expect(reader.read('a background fading from red to grey')).toEqual({
      objects: [],
      ground: { style: 'gradient', colours: ['red', 'gray'] },
    });
  });

  it('leaves out what it does not understand', () => {
    expect(reader.read('a blue wibble above a dog')).toEqual({ objects: [{ kind: 'dog' }], direction: 'above' });
    expect(reader.read('').objects).toEqual([]);
  });
});
