import type { Chance } from './chance.js';

/** Draws one kind of figure as an SVG path around 0 0 that just fits a square of side 1. Variants are as people draw them. */
type Outline = (chance: Chance) => string;

const outlines: Readonly<Record<string, Outline>> = {
  circle: () => disc(0.5),
  square: () => polygon([-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]),
  triangle: (chance) => {
    const height = chance.happens(0.5) ? 0.5 : 0.433;
    const tip = chance.happens(0.9) ? -height : height;
    return polygon([0, tip], [0.5, -tip], [-0.5, -tip]);
  },
  star: (chance) => star(5, chance.between(0.38, 0.48)),
  heart: () =>
    'M0 0.46 C-0.22 0.26 -0.5 0.08 -0.5 -0.18 C-0.5 -0.36 -0.37 -0.46 -0.24 -0.46 C-0.13 -0.46 -0.05 -0.4 0 -0.3 ' +
    'C0.05 -0.4 0.13 -0.46 0.24 -0.46 C0.37 -0.46 0.5 -0.36 0.5 -0.18 C0.5 0.08 0.22 0.26 0 0.46 Z',
  cross: (chance) => cross(chance.between(0.12, 0.18)),
  ring: (chance) => `${disc(0.5)} ${disc(chance.between(0.28, 0.38))}`,
  hexagon: (chance) => regular(6, chance.pick([0, Math.PI / 6])),
  diamond: (chance) => {
    const half = chance.between(0.32, 0.5);
    return polygon([0, -0.5], [half, 0], [0, 0.5], [-half, 0]);
  },
  crescent: (chance) => {
    const opens = chance.pick([-1, 1]);
    const inner = chance.between(0.52, 0.62);
    const sweep = opens > 0 ? [0, 1] : [1, 0];
    return `M${opens * 0.2} -0.5 A0.54 0.54 0 1 ${sweep[0]} ${opens * 0.2} 0.5 A${inner} ${inner} 0 0 ${sweep[1]} ${opens * 0.2} -0.5 Z`;
  },
  arrow: (chance) => arrow(chance.pick([0, 0, 1, 2, 3]), chance.between(0.1, 0.16), chance.between(0.28, 0.4)),
  semicircle: (chance) => {
    const bow = 'M-0.5 0.25 A0.5 0.5 0 0 1 0.5 0.25 Z';
    return chance.happens(0.6) ? bow : 'M-0.5 -0.25 A0.5 0.5 0 0 0 0.5 -0.25 Z';
  },
};

/** @throws where world.json has a figure that nobody here can draw */
export function figureOutline(kind: string, chance: Chance): string {
  const outline = outlines[kind];
  if (!outline) throw new Error(`models/small/evaluation cannot draw the figure "${kind}"`);
  return outline(chance);
}

type Point = readonly [number, number];

function polygon(...points: Point[]): string {
  return `M${points.map(([x, y]) => `${x.toFixed(4)} ${y.toFixed(4)}`).join(' L')} Z`;
}

function disc(radius: number): string {
  return `M${-radius} 0 A${radius} ${radius} 0 1 0 ${radius} 0 A${radius} ${radius} 0 1 0 ${-radius} 0 Z`;
}

function regular(corners: number, turn: number): string {
  return polygon(
    ...Array.from({ length: corners }, (_, index) => onCircle(0.5, turn + (2 * Math.PI * index) / corners)),
  );
}

function star(tips: number, inner: number): string {
  const points = Array.from({ length: 2 * tips }, (_, index) =>
    onCircle(index % 2 ? 0.5 * inner : 0.5, (Math.PI * index) / tips - Math.PI / 2),
  );
  return polygon(...points);
}

function onCircle(radius: number, angle: number): Point {
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

function cross(arm: number): string {
  const corner: Point[] = [
    [arm, -0.5],
    [arm, -arm],
    [0.5, -arm],
  ];
  return polygon(...[0, 1, 2, 3].flatMap((turns) => corner.map((point) => turned(point, turns))));
}

function arrow(turns: number, shaft: number, head: number): string {
  const points: Point[] = [
    [-0.5, -shaft],
    [0.5 - head, -shaft],
    [0.5 - head, -head],
    [0.5, 0],
    [0.5 - head, head],
    [0.5 - head, shaft],
    [-0.5, shaft],
  ];
  return polygon(...points.map((point) => turned(point, turns)));
}

/** By quarters of a turn. */
function turned([x, y]: Point, turns: number): Point {
  return (
    [
      [x, y],
      [-y, x],
      [-x, -y],
      [y, -x],
    ] as const
  )[turns]!;
}
