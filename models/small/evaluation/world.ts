import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The words that the model knows, as `world.json` lists them. */
export interface World {
  figures: readonly string[];
  /** The shades that bear each colour's name. */
  colours: ReadonlyMap<string, readonly Shade[]>;
  /** The code points of each everyday thing's pictograms. */
  things: ReadonlyMap<string, readonly number[]>;
}

/** Red, green and blue, 0 to 255. */
export type Shade = readonly [number, number, number];

interface WorldFile {
  figures: string[];
  colours: Record<string, string[]>;
  things: Record<string, Record<string, string[]>>;
}

export async function readWorld(modelDirectory: string): Promise<World> {
  const file = JSON.parse(await readFile(join(modelDirectory, 'world.json'), 'utf8')) as WorldFile;
  const things = Object.values(file.things).flatMap((group) => Object.entries(group));
  return {
    figures: file.figures,
    colours: new Map(Object.entries(file.colours).map(([name, codes]) => [name, codes.map(shadeOf)])),
    things: new Map(things.map(([name, codes]) => [name, codes.map((code) => parseInt(code, 16))])),
  };
}

function shadeOf(code: string): Shade {
  return [0, 2, 4].map((start) => parseInt(code.slice(start, start + 2), 16)) as unknown as Shade;
}

/** As SVG writes it. */
export function hex(shade: Shade): string {
  return `#${shade.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** How far apart two shades are: from 0 to 442. */
export function distance(a: Shade, b: Shade): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** The shade that lies between two, at `share` of the way. */
export function blend(a: Shade, b: Shade, share: number): Shade {
  return [0, 1, 2].map((channel) => Math.round(a[channel]! + (b[channel]! - a[channel]!) * share)) as unknown as Shade;
}
