import type { Chance } from './chance.js';
import { figureOutline } from './figure-outlines.js';

/** A figure's path around 0 0, and how to draw it so that it fits a square of side 1. */
export interface HardOutline {
  path: string;
  /** In degrees. */
  turn: number;
  scale: number;
}

/** Less than 1, since a figure that is turned by no quarter reaches further than an upright one. */
const turnedScale = 0.86;
const anyTurn = ['triangle', 'star', 'heart', 'cross', 'hexagon', 'arrow', 'semicircle', 'crescent'];

/** Figures as icons and careless people draw them: thin arrows, fat and thin moons, all turned where that keeps their name. */
export function hardOutline(kind: string, chance: Chance): HardOutline {
  const path = special(kind, chance) ?? figureOutline(kind, chance);
  if (!anyTurn.includes(kind))
    return { path, turn: kind === 'square' ? chance.between(-10, 10) : 0, scale: kind === 'square' ? 0.9 : 1 };
  if (chance.happens(0.5)) return { path, turn: chance.pick([0, 90, 180, 270]), scale: 1 };
  return { path, turn: chance.between(0, 360), scale: turnedScale };
}

function special(kind: string, chance: Chance): string | undefined {
  if (kind === 'crescent') return moon(chance.between(0.36, 0.5), chance.between(0.2, 0.3));
  if (kind === 'arrow' && chance.happens(0.6)) return thinArrow(chance.between(0.03, 0.07), chance.between(0.18, 0.3));
  return undefined;
}

/** A disc that another disc, so far to its right, has bitten off. */
function moon(radius: number, distance: number): string {
  const x = (0.25 - radius ** 2 + distance ** 2) / (2 * distance);
  const y = Math.sqrt(0.25 - x ** 2);
  const isFar = x > distance ? 0 : 1;
  return `M${x} ${-y} A0.5 0.5 0 1 0 ${x} ${y} A${radius} ${radius} 0 ${isFar} 1 ${x} ${-y} Z`;
}

function thinArrow(shaft: number, head: number): string {
  const back = 0.5 - head;
  return `M-0.5 ${-shaft} H${back} V${-head} L0.5 0 L${back} ${head} V${shaft} H-0.5 Z`;
}
