import { join } from 'node:path';
import sharp from 'sharp';
import { chanceOf } from './chance.js';
import { composeScene, waysOf } from './compose-scene.js';
import { drawScene } from './draw-scene.js';
import { figureOutline } from './figure-outlines.js';
import { hardOutline } from './hard-outlines.js';
import { judgeCaption } from './judge-caption.js';
import { nearPicture } from './near-picture.js';
import type { Pictograms } from './pictograms.js';
import { CaptionReader } from './read-caption.js';
import { reach, type Scene } from './scene.js';
import { strangePicture } from './strange-picture.js';
import { readWorld, type World } from './world.js';

let world: World;
let scenes: Scene[];

beforeAll(async () => {
  // another suite in this process may have loaded the captioner, which shuts it
  sharp.unblock({ operation: ['VipsForeignLoadSvg'] });
  world = await readWorld(join(__dirname, '..'));
  scenes = Array.from({ length: 300 }, (_, index) => composeScene(chanceOf(7, index), world));
});

/** Stands for the font, which a machine that runs tests may lack: every thing is a red square. */
const squares = {
  get: async () => {
    const create = { width: 8, height: 8, channels: 3, background: '#ff0000' } as const;
    const png = await sharp({ create }).png().toBuffer();
    return { url: `data:image/png;base64,${png.toString('base64')}`, width: 8, height: 8, shades: [[255, 0, 0]] };
  },
} as unknown as Pictograms;

/** The recipe's usual words for a scene. */
function describeScene({ objects, ground, layout }: Scene): string {
  const names = ground.colours.map(({ name }) => name);
  const style = ['textured', 'striped', 'checkered'].includes(ground.style) ? `${ground.style} ` : '';
  const flat = `a ${style}${names.join(' and ')} background`;
  const behind = ground.style === 'gradient' ? `a background fading from ${names[0]} to ${names[1]}` : flat;
  const said = objects.map(({ kind, colour, size }) => (colour ? `a ${size} ${colour.name} ${kind}` : `a ${kind}`));
  const [first, ...others] = said as [string, ...string[]];
  if (layout.name === 'place') {
    const { place } = layout;
    if (place === 'middle') return `${first} on ${behind}`;
    if (place.includes(' ')) return `${first} in the ${place} corner of ${behind}`;
    const isSide = place === 'left' || place === 'right';
    return `${first} ${isSide ? `on the ${place} side` : `at the ${place}`} of ${behind}`;
  }
  const direction = layout.name === 'between' ? 'between' : layout.direction;
  const between = direction === 'left' || direction === 'right' ? `to the ${direction} of` : direction;
  return `${first} ${between} ${others.join(' and ')} on ${behind}`;
}

describe('held-out scenes', () => {
  it('are the same for the same seed and number, and others for others', () => {
    expect(composeScene(chanceOf(7, 12), world)).toEqual(scenes[12]);
    expect(composeScene(chanceOf(8, 12), world)).not.toEqual(scenes[12]);
    expect(scenes[13]).not.toEqual(scenes[12]);
  });

  it('are drawn as the same bytes each time', async () => {
    const small = scenes.filter(({ width, height }) => Math.max(width, height) < 500).slice(0, 6);
    for (const scene of small) {
      const [once, again] = await Promise.all([0, 0].map(() => drawScene(scene, chanceOf(7, 1), squares)));
      expect(once!.equals(again!)).toBe(true);
      expect(await sharp(once).metadata()).toMatchObject({ width: scene.width, height: scene.height });
    }
  });

  it('hold objects wholly inside and apart from each other', () => {
    for (const scene of scenes) {
      for (const object of scene.objects) {
        const half = reach(object, scene);
        expect(Math.min(object.x, 1 - object.x)).toBeGreaterThan(half.x);
        expect(Math.min(object.y, 1 - object.y)).toBeGreaterThan(half.y);
      }
    }
  });

  it('are wholly right in the words of their layout', () => {
    const reader = new CaptionReader(world);
    const wrong = scenes.filter((scene) => !judgeCaption(reader.read(describeScene(scene)), scene).wholly);
    expect(wrong.map(describeScene)).toEqual([]);
  });

  it('have one to three objects, every layout and every kind of ground', () => {
    const seen = new Set(
      scenes.flatMap(({ objects, layout, ground }) => [objects.length, layout.name, ground.style, ground.isVertical]),
    );
    const styles = ['plain', 'two-tone', 'gradient', 'textured'];
    expect(seen).toEqual(new Set([1, 2, 3, 'place', 'direction', 'between', ...styles, true, false]));
  });

  it('of the hard sort are told in the same words, on every ground, and are drawn', async () => {
    const reader = new CaptionReader(world);
    const hard = Array.from({ length: 200 }, (_, index) => composeScene(chanceOf(7, index), world, waysOf.hard));
    expect(new Set(hard.map(({ ground }) => ground.style)).size).toBe(6);
    expect(hard.filter((scene) => !judgeCaption(reader.read(describeScene(scene)), scene).wholly)).toEqual([]);
    for (const scene of hard.filter(({ width, height }) => Math.max(width, height) < 400).slice(0, 6)) {
      const drawn = await drawScene(scene, chanceOf(7, 1), squares);
      expect(await sharp(drawn).metadata()).toMatchObject({ width: scene.width, height: scene.height });
    }
  });

  it('can hold every figure of the world', () => {
    for (const figure of world.figures) {
      expect(figureOutline(figure, chanceOf(1, 1))).toMatch(/^M.*Z$/);
      expect(hardOutline(figure, chanceOf(1, 1)).path).toMatch(/^M.*Z$/);
    }
  });
});

describe('pictures near the world', () => {
  it('are the same for the same seed and number, and others for others', async () => {
    const draw = (index: number) => nearPicture(world, squares, 7, index);
    const [once, again, other] = await Promise.all([draw(3), draw(3), draw(4)]);
    expect(once.equals(again)).toBe(true);
    expect(once.equals(other)).toBe(false);
  });
});

describe('strange pictures', () => {
  it('are the same for the same seed and number, and others for others', async () => {
    const [once, again, other] = await Promise.all([strangePicture(7, 3), strangePicture(7, 3), strangePicture(7, 4)]);
    expect(once.equals(again)).toBe(true);
    expect(once.equals(other)).toBe(false);
  });
});
