import sharp from 'sharp';
import { chanceOf, type Chance } from './chance.js';
import type { Pictograms } from './pictograms.js';
import { spoilPicture } from './spoil-picture.js';
import { distance, hex, type Shade, type World } from './world.js';

/** What is drawn in a square of side 1 around 0 0, in one ink. */
type Mark = (ink: string, chance: Chance) => string;

const path = (d: string) => (ink: string) => `<path d="${d}" fill="${ink}"/>`;
const stroke = (d: string) => (ink: string) => `<path d="${d}" fill="none" stroke="${ink}" stroke-width="0.1"/>`;

const figures: readonly Mark[] = [
  path('M0 -0.5 L0.48 -0.15 L0.3 0.42 L-0.3 0.42 L-0.48 -0.15 Z'),
  path('M-0.25 -0.3 L0.25 -0.3 L0.5 0.3 L-0.5 0.3 Z'),
  path('M-0.25 -0.3 L0.5 -0.3 L0.25 0.3 L-0.5 0.3 Z'),
  path('M-0.45 -0.45 H-0.1 V0.15 H0.45 V0.45 H-0.45 Z'),
  path('M0 0 L0.43 -0.25 A0.5 0.5 0 1 0 0.43 0.25 Z'),
  path('M-0.5 -0.4 H0.5 V0.2 H0 L-0.25 0.5 V0.2 H-0.5 Z'),
  path('M0 -0.5 C0.3 -0.1 0.4 0.1 0.3 0.3 A0.33 0.33 0 0 1 -0.3 0.3 C-0.4 0.1 -0.3 -0.1 0 -0.5 Z'),
  stroke('M0 0 C0.1 -0.15 0.25 0 0.1 0.15 C-0.15 0.35 -0.35 0 -0.15 -0.25 C0.1 -0.5 0.5 -0.2 0.42 0.2'),
  stroke('M-0.45 0.1 C-0.3 -0.5 -0.15 -0.5 0 0 S0.3 0.5 0.45 -0.1'),
  stroke('M-0.5 0.3 L-0.25 -0.3 L0 0.3 L0.25 -0.3 L0.5 0.3'),
  stroke('M0 -0.45 V0.45 M-0.39 -0.22 L0.39 0.22 M-0.39 0.22 L0.39 -0.22'),
];

/** Anchor, hourglass, compass, microbe, test tube, magnifying glass, chess pawn, thread, bowling, wheelchair, fence, barber pole and more. */
const strangeCodePoints = [
  ...[0x2693, 0x231b, 0x1f9ed, 0x1f9ea, 0x1f50d, 0x265f, 0x1f9f5, 0x1f3b3, 0x1f488, 0x1f9fd, 0x1f9ef, 0x1f52b],
  ...[0x1f489, 0x1f6d2, 0x1f4ce, 0x2699, 0x1f517, 0x1f5fd, 0x1f998, 0x1f997, 0x1f9ab, 0x1f95a, 0x1f9c0, 0x1f35f],
  ...[0x1f363, 0x1f956, 0x1f9c5, 0x1f321, 0x1f4a3, 0x1f9ec, 0x1f3bd, 0x1f9e6, 0x1f9e4, 0x1f456, 0x1f484],
];

/**
 * One of a seed's pictures that look like the world's, of which the model has no words for the object: another figure, a
 * square code, a letter, an emblem, a pictogram of something else. On a plain ground, as the bytes of a picture file.
 */
export async function nearPicture(world: World, pictograms: Pictograms, seed: number, index: number): Promise<Buffer> {
  const chance = chanceOf(seed ^ 0x6ea5, index);
  const side = Math.round(200 * 4 ** chance.next());
  const [ground, ink] = contrasting(chance, world);
  const sort = chance.weighted({ figure: 3, code: 2, letter: 2, emblem: 1, pictogram: 3 });
  const drawn = sort === 'pictogram' ? await pictogram(chance, pictograms) : draws[sort](hex(ink), chance);
  const extent = chance.between(0.25, 0.6) * side;
  const [x, y] = [0, 1].map(() => side * chance.between(0.35, 0.65));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">
    <rect width="100%" height="100%" fill="${hex(ground)}"/>
    <g transform="translate(${x} ${y}) scale(${extent})">${drawn}</g></svg>`;
  return spoilPicture(sharp(Buffer.from(svg)).removeAlpha(), { width: side, height: side }, chance);
}

const draws: Readonly<Record<'figure' | 'code' | 'letter' | 'emblem', Mark>> = {
  figure: (ink, chance) => `<g transform="rotate(${chance.between(0, 360)})">${chance.pick(figures)(ink, chance)}</g>`,
  code: squareCode,
  letter: (ink, chance) => {
    const family = chance.pick(['sans-serif', 'serif', 'monospace']);
    const letter = chance.pick([...'ABDEFGHKMNPQRSUWYZabdeghkmnqry23456789&@?']);
    return `<text font-family="${family}" font-weight="${chance.pick(['400', '700'])}" font-size="1" text-anchor="middle" y="0.36"
      fill="${ink}">${letter.replace('&', '&amp;')}</text>`;
  },
  emblem: (ink, chance) => {
    const inner = chance.pick(figures)('#ffffff', chance);
    return `<rect x="-0.5" y="-0.5" width="1" height="1" rx="0.2" fill="${ink}"/><g transform="scale(0.6)">${inner}</g>`;
  },
};

/** Black and white modules with a finder in three corners. */
function squareCode(_ink: string, chance: Chance): string {
  const count = chance.pick([21, 25, 29]);
  const at = (x: number, y: number, size: number, shade: string): string =>
    `<rect x="${x}" y="${y}" width="${size}" height="${size}" fill="${shade}"/>`;
  const modules = Array.from({ length: count * count }, (_, index) =>
    chance.happens(0.5) ? at(index % count, Math.floor(index / count), 1.03, '#000') : '',
  );
  const finder = (x: number, y: number): string =>
    at(x - 1, y - 1, 9, '#fff') + at(x, y, 7, '#000') + at(x + 1, y + 1, 5, '#fff') + at(x + 2, y + 2, 3, '#000');
  const finders = finder(0, 0) + finder(count - 7, 0) + finder(0, count - 7);
  return `<g transform="scale(${1 / (count + 4)}) translate(${-count / 2} ${-count / 2})">${at(-2, -2, count + 4, '#fff')}
    <svg width="${count}" height="${count}" overflow="hidden">${modules.join('')}${finders}</svg></g>`;
}

async function pictogram(chance: Chance, pictograms: Pictograms): Promise<string> {
  const { url, width, height } = await pictograms.get(chance.pick(strangeCodePoints));
  const longer = Math.max(width, height);
  const [w, h] = [width / longer, height / longer];
  return `<image href="${url}" x="${-w / 2}" y="${-h / 2}" width="${w}" height="${h}"/>`;
}

function contrasting(chance: Chance, world: World): [Shade, Shade] {
  const shades = [...world.colours.values()].flat();
  for (;;) {
    const [ground, ink] = [chance.pick(shades), chance.pick(shades)];
    if (distance(ground, ink) > 130) return [ground, ink];
  }
}
