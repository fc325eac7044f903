import type { Shade } from './world.js';

export type Size = 'small' | 'large';
export type GroundStyle = 'plain' | 'two-tone' | 'gradient' | 'textured' | 'striped' | 'checkered';
export type Direction = 'left' | 'right' | 'above' | 'below';
/** Where a single object is: in the middle, at a side, or in a corner. */
export type Place = 'middle' | 'left' | 'right' | 'top' | 'bottom' | `${'top' | 'bottom'} ${'left' | 'right'}`;

/** A figure, which has a colour and a size in words, or an everyday thing, which has neither. */
export interface SceneObject {
  kind: string;
  colour?: { name: string; shade: Shade };
  size?: Size;
  /** The pictogram of a thing. */
  codePoint?: number;
  /** The longer side, as part of the square root of the picture's area. */
  extent: number;
  /** Its middle, as parts of the picture's width and height. */
  x: number;
  y: number;
}

export interface Ground {
  style: GroundStyle;
  /** One colour of a plain or textured ground, two of the others: from the left, or from the top. Those of a pattern have no order. */
  colours: readonly { name: string; shade: Shade }[];
  /** Whether the colours lie below each other instead of side by side. */
  isVertical: boolean;
}

export interface Scene {
  /** In pixels. */
  width: number;
  height: number;
  ground: Ground;
  objects: readonly SceneObject[];
  layout: Layout;
  /** Whether figures are turned and of unusual proportions, and textures repeat a pattern. */
  isHard: boolean;
}

/** How the objects stand to each other, by which their positions are chosen; the truth about them is in the positions. */
export type Layout =
  | { name: 'place'; place: Place }
  /** The first is in this direction from the second, or from the two others. */
  | { name: 'direction'; direction: Direction }
  /** The first is between the two others. */
  | { name: 'between'; axis: 'x' | 'y' };

/** Half of what an object covers of the picture's width and height. */
export function reach(object: Pick<SceneObject, 'extent'>, { width, height }: Pick<Scene, 'width' | 'height'>) {
  const pixels = (object.extent * Math.sqrt(width * height)) / 2;
  return { x: pixels / width, y: pixels / height };
}
