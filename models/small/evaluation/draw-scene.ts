import sharp from 'sharp';
import type { Chance } from './chance.js';
import { figureOutline } from './figure-outlines.js';
import { groundSvg } from './ground-svg.js';
import { hardOutline } from './hard-outlines.js';
import type { Pictograms } from './pictograms.js';
import type { Scene, SceneObject } from './scene.js';
import { spoilPicture } from './spoil-picture.js';
import { blend, hex } from './world.js';

/** Scenes are drawn with a longer side of so many pixels, and then brought to their size. */
const canvas = { least: 320, most: 1000 };

/** A scene as the bytes of a PNG, JPEG or WebP file. */
export async function drawScene(scene: Scene, chance: Chance, pictograms: Pictograms): Promise<Buffer> {
  const longer = Math.max(scene.width, scene.height);
  const scale = Math.min(canvas.most, Math.max(canvas.least, longer)) / longer;
  const [width, height] = [Math.round(scene.width * scale), Math.round(scene.height * scale)];
  const side = Math.sqrt(width * height);
  const tilt = chance.happens(0.25) ? chance.between(-5, 5) : 0;
  const parts = [groundSvg(scene, chance, width, height)];
  for (const object of scene.objects) {
    const turn = chance.happens(0.2) ? chance.between(-6, 6) : 0;
    const at = `translate(${object.x * width} ${object.y * height}) rotate(${turn}) scale(${object.extent * side})`;
    const drawn = object.codePoint
      ? await thingSvg(object.codePoint, pictograms)
      : figureSvg(object, chance, scene.isHard);
    parts.push(`<g transform="${at}">${drawn}</g>`);
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <g transform="rotate(${tilt} ${width / 2} ${height / 2})">${parts.join('')}</g></svg>`;
  const drawn = sharp(Buffer.from(svg)).removeAlpha().resize(scene.width, scene.height, { fit: 'fill' });
  return spoilPicture(drawn, scene, chance);
}

/** Flat, or now and then with a dark outline, in a square of side 1. */
function figureSvg({ kind, colour }: SceneObject, chance: Chance, isHard: boolean): string {
  const { shade } = colour!;
  const stroke = chance.happens(0.1)
    ? ` stroke="${hex(blend(shade, [0, 0, 0], 0.45))}" stroke-width="0.03" stroke-linejoin="round"`
    : '';
  const { path, turn, scale } = isHard
    ? hardOutline(kind, chance)
    : { path: figureOutline(kind, chance), turn: 0, scale: 1 };
  const drawn = `<path d="${path}" fill="${hex(shade)}" fill-rule="evenodd"${stroke}/>`;
  return isHard ? `<g transform="rotate(${turn}) scale(${scale})">${drawn}</g>` : drawn;
}

async function thingSvg(codePoint: number, pictograms: Pictograms): Promise<string> {
  const { url, width, height } = await pictograms.get(codePoint);
  const longer = Math.max(width, height);
  const [w, h] = [width / longer, height / longer];
  return `<image href="${url}" x="${-w / 2}" y="${-h / 2}" width="${w}" height="${h}"/>`;
}
