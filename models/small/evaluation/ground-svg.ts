import type { Chance } from './chance.js';
import { checkersSvg, patternSvg, stripesSvg } from './pattern-svg.js';
import type { Ground, Scene } from './scene.js';
import { blend, hex, type Shade } from './world.js';

/** The ground of a picture so wide and high, with room around it for tilting. */
export function groundSvg(
  { ground, isHard }: Pick<Scene, 'ground' | 'isHard'>,
  chance: Chance,
  width: number,
  height: number,
): string {
  const area = `x="${-width / 2}" y="${-height / 2}" width="${2 * width}" height="${2 * height}"`;
  const [first, second] = ground.colours.map(({ shade }) => shade) as [Shade, Shade | undefined];
  switch (ground.style) {
    case 'plain':
      return `<rect ${area} fill="${hex(first)}"/>`;
    case 'two-tone':
      return `<rect ${area} fill="${hex(first)}"/>${secondHalf(ground, chance, width, height)}`;
    case 'gradient':
      return `<defs><linearGradient id="fade" gradientUnits="userSpaceOnUse" x1="0" y1="0"
        x2="${ground.isVertical ? 0 : width}" y2="${ground.isVertical ? height : 0}"><stop offset="0" stop-color="${hex(first)}"/>
        <stop offset="1" stop-color="${hex(second!)}"/></linearGradient></defs><rect ${area} fill="url(#fade)"/>`;
    case 'textured':
      return isHard && chance.happens(0.7)
        ? patternSvg(first, chance, Math.max(width, height), area)
        : texture(first, chance, Math.max(width, height), area);
    case 'striped':
      return stripesSvg(first, second!, chance, Math.max(width, height), area);
    case 'checkered':
      return checkersSvg(first, second!, chance, Math.max(width, height), area);
  }
}

function secondHalf({ isVertical, colours }: Ground, chance: Chance, width: number, height: number): string {
  const cut = chance.between(0.44, 0.56);
  const [x, y] = isVertical ? [-width / 2, height * cut] : [width * cut, -height / 2];
  return `<rect x="${x}" y="${y}" width="${2 * width}" height="${2 * height}" fill="${hex(colours[1]!.shade)}"/>`;
}

/** Paper, clouds, dots or weave, all in darker and lighter shades of one colour. */
function texture(shade: Shade, chance: Chance, side: number, area: string): string {
  const isDark = Math.max(...shade) < 70;
  const strength = chance.between(0.12, 0.22);
  const other = blend(shade, isDark ? [255, 255, 255] : [0, 0, 0], strength);
  const kind = chance.weighted({ grain: 3, clouds: 3, dots: 2, weave: 2 });
  if (kind === 'grain') return turbulence(shade, other, chance, chance.between(30, 100) / side, area);
  if (kind === 'clouds') return turbulence(shade, other, chance, chance.between(5, 14) / side, area);
  const step = side * chance.between(0.025, 0.05);
  const mark =
    kind === 'dots'
      ? `<circle cx="${step / 2}" cy="${step / 2}" r="${step * 0.25}" fill="${hex(other)}"/>`
      : `<path d="M0 ${step / 2} H${step} M${step / 2} 0 V${step}" stroke="${hex(other)}" stroke-width="${step * 0.2}"/>`;
  return `<defs><pattern id="marks" width="${step}" height="${step}" patternUnits="userSpaceOnUse"
    patternTransform="rotate(${chance.between(0, 90)})">${mark}</pattern></defs>
    <rect ${area} fill="${hex(shade)}"/><rect ${area} fill="url(#marks)"/>`;
}

/** Noise between a shade and the same distance beyond the other one: SVG's turbulence stays near its middle. */
function turbulence(shade: Shade, other: Shade, chance: Chance, frequency: number, area: string): string {
  const rows = shade.map((value, channel) => {
    const swing = ((other[channel]! - value) * 5) / 255;
    return `${swing} 0 0 0 ${value / 255 - swing / 2}`;
  });
  return `<defs><filter id="noise" x="0" y="0" width="1" height="1" color-interpolation-filters="sRGB">
    <feTurbulence type="fractalNoise" baseFrequency="${frequency}" numOctaves="3" seed="${chance.whole(1, 1e6)}"/>
    <feColorMatrix values="${rows.join(' ')} 0 0 0 0 1"/></filter></defs>
    <rect ${area} fill="${hex(shade)}"/><rect ${area} filter="url(#noise)"/>`;
}
