import { join } from 'node:path';
import { judgeCaption } from './judge-caption.js';
import { CaptionReader } from './read-caption.js';
import type { Layout, Scene, SceneObject } from './scene.js';
import { readWorld } from './world.js';

let reader: CaptionReader;

beforeAll(async () => {
  reader = new CaptionReader(await readWorld(join(__dirname, '..')));
});

const star: SceneObject = {
  kind: 'star',
  colour: { name: 'blue', shade: [0, 0, 255] },
  size: 'small',
  extent: 0.15,
  x: 0.2,
  y: 0.45,
};
const cat: SceneObject = { kind: 'cat', codePoint: 0x1f431, extent: 0.3, x: 0.75, y: 0.5 };

function sceneOf(objects: SceneObject[], layout: Layout): Scene {
  const colours = [{ name: 'white', shade: [255, 255, 255] as const }];
  return {
    width: 400,
    height: 300,
    ground: { style: 'plain', colours, isVertical: false },
    isHard: false,
    objects,
    layout,
  };
}

const starLeftOfCat = sceneOf([star, cat], { name: 'direction', direction: 'left' });

function judge(caption: string, scene: Scene) {
  return judgeCaption(reader.read(caption), scene);
}

describe('judging captions', () => {
  it.each([
    'a small blue star to the left of a cat on a white background',
    'a cat to the right of a small blue star on a white background',
  ])('holds "%s" for wholly right: true is true whichever object is named first', (caption) => {
    expect(judge(caption, starLeftOfCat)).toMatchObject({
      wholly: true,
      relation: true,
      recall: { right: 2, of: 2 },
      precision: { right: 2, of: 2 },
      colours: { right: 2, of: 2 },
    });
  });

  it.each([
    ['the direction', 'a small blue star to the right of a cat on a white background', { relation: false }],
    ['the axis', 'a small blue star above a cat on a white background', { relation: false }],
    [
      'a colour',
      'a small red star to the left of a cat on a white background',
      { relation: true, figureColours: { right: 0, of: 1 } },
    ],
    ['a size', 'a large blue star to the left of a cat on a white background', { sizes: { right: 0, of: 1 } }],
    ['a thing', 'a small blue star to the left of a dog on a white background', { recall: { right: 1, of: 2 } }],
    [
      'the ground',
      'a small blue star to the left of a cat on a gray background',
      { groundColours: { right: 0, of: 1 } },
    ],
    [
      'the style of the ground',
      'a small blue star to the left of a cat on a textured white background',
      { groundStyle: false },
    ],
    ['that there is more', 'a small blue star on a white background', { recall: { right: 1, of: 2 }, relation: false }],
  ])('sees that %s is wrong, and nothing else', (_, caption, expected) => {
    expect(judge(caption, starLeftOfCat)).toMatchObject({ wholly: false, ...expected });
  });

  it('counts what is not there against precision alone', () => {
    const said = 'a cat to the right of a small blue star and a dog on a white background';
    expect(judge(said, starLeftOfCat)).toMatchObject({ recall: { right: 2, of: 2 }, precision: { right: 2, of: 3 } });
  });

  it('knows what is between what', () => {
    const dog: SceneObject = { kind: 'dog', codePoint: 0x1f436, extent: 0.2, x: 0.5, y: 0.5 };
    const row = sceneOf([dog, star, cat], { name: 'between', axis: 'x' });
    expect(judge('a dog between a small blue star and a cat on a white background', row).wholly).toBe(true);
    expect(judge('a dog between a cat and a small blue star on a white background', row).wholly).toBe(true);
    expect(judge('a cat between a dog and a small blue star on a white background', row).relation).toBe(false);
    expect(judge('a small blue star to the left of a dog and a cat on a white background', row).relation).toBe(true);
  });

  it('wants a single object to be where it is said to be', () => {
    const scene = sceneOf([{ ...cat, y: 0.8 }], { name: 'place', place: 'bottom right' });
    expect(judge('a cat in the bottom right corner of a white background', scene).wholly).toBe(true);
    expect(judge('a cat on a white background', scene).relation).toBe(false);
  });

  it('does not guess who is meant where neither object is named', () => {
    const dog: SceneObject = { ...cat, kind: 'dog', x: 0.2 };
    const scene = sceneOf([dog, cat], { name: 'direction', direction: 'left' });
    expect(judge('a key to the left of a bell on a white background', scene).relation).toBe(false);
  });
});
