import type { Chance } from './chance.js';
import { reach, type Direction, type Layout, type Place, type SceneObject } from './scene.js';

/** Least distance of objects from each other and from the picture's edge, as part of its side. */
const margin = 0.02;

type Axis = 'x' | 'y';
type Spot = Record<Axis, number>;
interface Picture {
  width: number;
  height: number;
}

const places: readonly Place[] = [
  ...(['left', 'right', 'top', 'bottom'] as const),
  ...(['top left', 'top right', 'bottom left', 'bottom right'] as const),
];
const directions: readonly Direction[] = ['left', 'right', 'above', 'below'];

/** A layout for so many objects. */
export function chooseLayout(chance: Chance, count: number): Layout {
  if (count === 1) return { name: 'place', place: chance.happens(0.35) ? 'middle' : chance.pick(places) };
  if (count === 3 && chance.happens(0.4)) return { name: 'between', axis: chance.pick(['x', 'y'] as const) };
  return { name: 'direction', direction: chance.pick(directions) };
}

/** Gives every object a position that the layout clearly describes, or returns undefined where there is no room. */
export function layOut(
  chance: Chance,
  layout: Layout,
  objects: readonly SceneObject[],
  picture: Picture,
): SceneObject[] | undefined {
  const placed = objects.map((object, index) => ({ ...object, ...spotOf(chance, layout, objects.length, index) }));
  const fits = placed.every((object, index) => {
    const half = reach(object, picture);
    return isInside(object, half) && placed.slice(0, index).every((other) => isApart(object, other, picture));
  });
  return fits ? placed : undefined;
}

function spotOf(chance: Chance, layout: Layout, count: number, index: number): Spot {
  switch (layout.name) {
    case 'place':
      return {
        x: coordinate(chance, layout.place, 'left', 'right'),
        y: coordinate(chance, layout.place, 'top', 'bottom'),
      };
    case 'between':
      return along(layout.axis, chance.between(...rowRanges[index]!), chance.between(0.45, 0.55));
    case 'direction':
      return directedSpot(chance, layout.direction, count, index);
  }
}

const rowRanges: readonly [number, number][] = [
  [0.46, 0.54],
  [0.14, 0.24],
  [0.76, 0.86],
];

function coordinate(chance: Chance, place: Place, low: string, high: string): number {
  if (place.includes(low)) return chance.between(0.13, 0.28);
  return place.includes(high) ? chance.between(0.72, 0.87) : chance.between(0.46, 0.54);
}

/** The first on one side; the other, or the two others side by side, on the opposite one. */
function directedSpot(chance: Chance, direction: Direction, count: number, index: number): Spot {
  const axis: Axis = direction === 'left' || direction === 'right' ? 'x' : 'y';
  const isFirstLow = direction === 'left' || direction === 'above';
  const isLow = (index === 0) === isFirstLow;
  const position = isLow ? chance.between(0.17, 0.32) : chance.between(0.68, 0.83);
  if (count === 2 || index === 0) return along(axis, position, chance.between(0.36, 0.64));
  return along(axis, position, index === 1 ? chance.between(0.17, 0.3) : chance.between(0.7, 0.83));
}

function along(axis: Axis, position: number, beside: number): Spot {
  return axis === 'x' ? { x: position, y: beside } : { x: beside, y: position };
}

function isInside(spot: Spot, half: Spot): boolean {
  return (['x', 'y'] as const).every((axis) => Math.min(spot[axis], 1 - spot[axis]) >= half[axis] + margin);
}

function isApart(a: SceneObject, b: SceneObject, picture: Picture): boolean {
  const [near, far] = [reach(a, picture), reach(b, picture)];
  return (['x', 'y'] as const).some((axis) => Math.abs(a[axis] - b[axis]) >= near[axis] + far[axis] + margin);
}
