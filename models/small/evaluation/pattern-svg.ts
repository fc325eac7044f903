import type { Chance } from './chance.js';
import { blend, hex, type Shade } from './world.js';

/** A tile of side 1 that repeats, in marks of one shade. */
type Tile = (ink: string, chance: Chance) => string;

const line = (path: string, ink: string, width: number): string =>
  `<path d="${path}" fill="none" stroke="${ink}" stroke-width="${width}"/>`;
const dot = (x: number, y: number, radius: number, ink: string): string =>
  `<circle cx="${x}" cy="${y}" r="${radius}" fill="${ink}"/>`;

const tiles: Readonly<Record<string, Tile>> = {
  dots: (ink, chance) => dot(0.5, 0.5, chance.between(0.18, 0.34), ink),
  staggeredDots: (ink) => dot(0.25, 0.25, 0.16, ink) + dot(0.75, 0.75, 0.16, ink),
  grid: (ink, chance) => line('M0 0.5 H1 M0.5 0 V1', ink, chance.between(0.08, 0.2)),
  scales: (ink) => line('M0 0 A0.5 0.5 0 0 0 1 0 M-0.5 0.5 A0.5 0.5 0 0 0 0.5 0.5 A0.5 0.5 0 0 0 1.5 0.5', ink, 0.1),
  waves: (ink) => line('M-0.1 0.5 C0.2 0.1 0.3 0.1 0.5 0.5 S0.8 0.9 1.1 0.5', ink, 0.16),
  bricks: (ink) => line('M0 0 H1 M0 0.5 H1 M0.25 0 V0.5 M0.75 0.5 V1', ink, 0.09),
  pluses: (ink) => line('M0.5 0.25 V0.75 M0.25 0.5 H0.75', ink, 0.14),
  rings: (ink) => `<circle cx="0.5" cy="0.5" r="0.3" fill="none" stroke="${ink}" stroke-width="0.12"/>`,
  zigzag: (ink) => line('M-0.1 0.85 L0.5 0.25 L1.1 0.85', ink, 0.16),
};

/** Dots, grids, scales and the like in a darker or lighter shade of a colour. */
export function patternSvg(shade: Shade, chance: Chance, side: number, area: string): string {
  const isDark = Math.max(...shade) < 70;
  const ink = hex(blend(shade, isDark ? [255, 255, 255] : [0, 0, 0], chance.between(0.12, 0.24)));
  const tile = tiles[chance.pick(Object.keys(tiles))]!(ink, chance);
  const turn = chance.pick([0, 45, chance.between(0, 90)]);
  return repeated(tile, side * chance.between(0.035, 0.11), turn, shade, area);
}

/** Stripes of two colours, mostly level or upright. */
export function stripesSvg(first: Shade, second: Shade, chance: Chance, side: number, area: string): string {
  const turn = chance.happens(0.75) ? chance.pick([0, 90]) : chance.between(0, 180);
  const tile = `<rect width="1" height="0.5" fill="${hex(second)}"/>`;
  return repeated(tile, side * chance.between(0.1, 0.26), turn, first, area);
}

/** Checks of two colours. */
export function checkersSvg(first: Shade, second: Shade, chance: Chance, side: number, area: string): string {
  const ink = hex(second);
  const tile = `<rect width="0.5" height="0.5" fill="${ink}"/><rect x="0.5" y="0.5" width="0.5" height="0.5" fill="${ink}"/>`;
  return repeated(
    tile,
    side * chance.between(0.12, 0.28),
    chance.happens(0.8) ? 0 : chance.between(0, 90),
    first,
    area,
  );
}

function repeated(tile: string, step: number, turn: number, shade: Shade, area: string): string {
  return `<defs><pattern id="marks" width="1" height="1" patternUnits="userSpaceOnUse"
    patternTransform="rotate(${turn}) scale(${step})">${tile}</pattern></defs>
    <rect ${area} fill="${hex(shade)}"/><rect ${area} fill="url(#marks)"/>`;
}
