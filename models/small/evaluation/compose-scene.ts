import type { Chance } from './chance.js';
import { chooseLayout, layOut } from './lay-out.js';
import { reach, type Ground, type GroundStyle, type Scene, type SceneObject, type Size } from './scene.js';
import { blend, distance, type Shade, type World } from './world.js';

/** As parts of the square root of the picture's area; what lies between them has no size in words. */
const extents: Readonly<Record<Size, readonly [number, number]>> = { small: [0.12, 0.2], large: [0.36, 0.55] };
const thingExtent: readonly [number, number] = [0.2, 0.55];
/** The longest side of one object of so many. */
const longest: readonly number[] = [0, 0.55, 0.5, 0.42];
/** Fewer pixels than these across, and a person would not tell what it is. */
const leastFigurePixels = 9;
const leastThingPixels = 22;
/** Least distance of a figure's shade from all shades of the ground. */
const contrast = 85;
/** Before other objects are chosen: with few tries, crowded scenes would hold none but small objects. */
const layoutTries = 60;

/** What a sort of scenes is made of. */
export interface Ways {
  contents: Readonly<Record<Content, number>>;
  groundStyles: Readonly<Record<GroundStyle, number>>;
  isHard: boolean;
}

type Content = 'figures' | 'things' | 'both';

const plainStyles = { plain: 50, 'two-tone': 17, gradient: 16, textured: 17, striped: 0, checkered: 0 };
const hardStyles = { plain: 34, 'two-tone': 12, gradient: 12, textured: 22, striped: 10, checkered: 10 };

/** `usual`: as the model is mostly asked. `hard`: whatever its words allow. `unseen`: things alone, for pictograms it never saw. */
export const waysOf = {
  usual: { contents: { figures: 4, things: 3, both: 3 }, groundStyles: plainStyles, isHard: false },
  hard: { contents: { figures: 4, things: 3, both: 3 }, groundStyles: hardStyles, isHard: true },
  unseen: { contents: { figures: 0, things: 1, both: 0 }, groundStyles: plainStyles, isHard: false },
} as const satisfies Record<string, Ways>;
export type SceneSort = keyof typeof waysOf;

/** Up to three objects of the world on a ground: what a person might draw to try the model. */
export function composeScene(chance: Chance, world: World, ways: Ways = waysOf.usual): Scene {
  const { isHard } = ways;
  const content = chance.weighted(ways.contents);
  const count = chance.whole(1, 3);
  for (;;) {
    const picture = pictureSize(chance);
    const ground = composeGround(chance, world, ways.groundStyles);
    const objects = Array.from({ length: count }, () => composeObject(chance, world, ground, content, longest[count]!));
    if (new Set(objects.map(({ kind, colour }) => `${colour?.name} ${kind}`)).size < count) continue;
    if (content === 'both' && count > 1 && objects.every(({ colour }) => !colour === !objects[0]!.colour)) continue;
    if (objects.some((object) => isTooSmall(object, picture))) continue;
    for (let tries = 0; tries < layoutTries; tries++) {
      const layout = chooseLayout(chance, count);
      const placed = layOut(chance, layout, objects, picture);
      if (placed) return { ...picture, ground, layout, objects: placed, isHard };
    }
  }
}

/** From 32 to 4000 pixels, mostly 200 to 1200, and up to 2.2 times as wide as high or as high as wide. */
function pictureSize(chance: Chance): { width: number; height: number } {
  const kind = chance.weighted({ usual: 80, tiny: 8, big: 9, huge: 3 });
  const ranges = { usual: [200, 1200], tiny: [32, 200], big: [1200, 2400], huge: [2400, 4000] } as const;
  const [low, high] = ranges[kind];
  const longer = Math.round(low * (high / low) ** chance.next());
  const shorter = Math.max(32, Math.round(chance.happens(0.3) ? longer : longer / chance.between(1, 2.2)));
  return chance.happens(0.6) ? { width: longer, height: shorter } : { width: shorter, height: longer };
}

function composeGround(chance: Chance, world: World, styles: Ways['groundStyles']): Ground {
  const style = chance.weighted(styles);
  for (;;) {
    const names = chance.shuffled([...world.colours.keys()]);
    if (style === 'plain' && chance.happens(0.3)) names[0] = 'white';
    const count = style === 'plain' || style === 'textured' ? 1 : 2;
    const colours = names.slice(0, count).map((name) => ({ name, shade: shadeNear(chance, world, name) }));
    if (count === 2 && distance(colours[0]!.shade, colours[1]!.shade) < 110) continue;
    return { style, colours, isVertical: chance.happens(0.5) };
  }
}

function shadeNear(chance: Chance, world: World, name: string): Shade {
  return chance
    .pick(world.colours.get(name)!)
    .map((value) => Math.min(255, Math.max(0, value + chance.whole(-5, 5)))) as unknown as Shade;
}

function composeObject(chance: Chance, world: World, ground: Ground, content: Content, atMost: number): SceneObject {
  const isFigure = content === 'figures' || (content === 'both' && chance.happens(0.5));
  const nowhere = { x: 0.5, y: 0.5 };
  if (!isFigure) {
    const kind = chance.pick([...world.things.keys()]);
    const codePoint = chance.pick(world.things.get(kind)!);
    return { kind, codePoint, extent: extentWithin(chance, thingExtent, atMost), ...nowhere };
  }
  const size = chance.pick(['small', 'large'] as const);
  const colour = contrastingColour(chance, world, ground);
  const extent = extentWithin(chance, extents[size], atMost);
  return { kind: chance.pick(world.figures), colour, size, extent, ...nowhere };
}

function extentWithin(chance: Chance, [low, high]: readonly [number, number], atMost: number): number {
  return chance.between(low, Math.min(high, atMost));
}

function contrastingColour(chance: Chance, world: World, ground: Ground): { name: string; shade: Shade } {
  const behind = ground.colours.map(({ shade }) => shade);
  if (ground.style === 'gradient') behind.push(blend(behind[0]!, behind[1]!, 0.5));
  for (;;) {
    const name = chance.pick([...world.colours.keys()]);
    const shade = shadeNear(chance, world, name);
    const isOther = ground.colours.every((colour) => colour.name !== name);
    if (isOther && behind.every((other) => distance(shade, other) >= contrast)) return { name, shade };
  }
}

function isTooSmall(object: SceneObject, picture: { width: number; height: number }): boolean {
  const pixels = 2 * reach(object, picture).x * picture.width;
  return pixels < (object.colour ? leastFigurePixels : leastThingPixels);
}
