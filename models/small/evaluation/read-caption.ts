import type { Direction, GroundStyle, Place, Size } from './scene.js';
import type { World } from './world.js';

export interface SaidObject {
  kind: string;
  colour?: string;
  size?: Size;
}

export interface SaidGround {
  style: GroundStyle;
  colours: string[];
}

/** What a caption says. A part that cannot be understood is left out. */
export interface Saying {
  objects: SaidObject[];
  /** Of one object, where it is: said to be in the middle where nothing else is said. */
  place?: Place;
  /** Of more, where the first is from the second, or from all others. */
  direction?: Direction | 'between';
  ground?: SaidGround;
}

const opening = /^(?:there (?:is|are)|this is|(?:an?|the) (?:picture|photo|image|drawing) (?:of|with)) /;
const articles = '(?:an?|the|one)';

const directionWords: readonly [RegExp, Direction | 'between'][] = [
  [/ (?:is )?(?:to|on) the left of /, 'left'],
  [/ (?:is )?left of /, 'left'],
  [/ (?:is )?(?:to|on) the right of /, 'right'],
  [/ (?:is )?right of /, 'right'],
  [/ (?:is )?(?:above|over|on top of) /, 'above'],
  [/ (?:is )?(?:below|under|underneath|beneath) /, 'below'],
  [/ (?:is )?(?:in )?between /, 'between'],
];

const placeWords: readonly [RegExp, (words: string[]) => Place][] = [
  [/ (?:in|at) the (top|bottom) (left|right)(?: corner)?(?: of)?$/, ([end, side]) => `${end} ${side}` as Place],
  [/ (?:in|at) the (?:middle|cent(?:er|re))(?: of)?$/, () => 'middle'],
  [/ (?:on|at|to) the (left|right)(?: side)?(?: of)?$/, ([side]) => side as Place],
  [/ (?:at|on|near) the (top|bottom)(?: side)?(?: of)?$/, ([end]) => end as Place],
];

/** Reads captions in the words of a world, in any of the ways of putting them that a person would understand. */
export class CaptionReader {
  private readonly ground: RegExp;
  private readonly object: RegExp;

  constructor(world: World) {
    const colour = `(?:${[...world.colours.keys(), 'grey'].join('|')})`;
    const fading = `background fading from (?<from>${colour}) to (?<to>${colour})`;
    const flat = `(?:plain )?(?:(?<style>textured|striped|checkered) )?(?<first>${colour})(?: and (?<second>${colour}))? background`;
    this.ground = new RegExp(
      `^(?<lead>.*?)(?: ?\\b(?:on|against|with|over|in front of))? ?\\b${articles} (?:${fading}|${flat})$`,
    );
    const kinds = [...world.figures, ...world.things.keys()].sort((a, b) => b.length - a.length).join('|');
    const size = '(?<size>small|little|tiny|large|big|huge)';
    this.object = new RegExp(`^(?:${articles} )?(?:${size} )?(?:(?<colour>${colour}) )?(?<kind>${kinds})$`);
  }

  read(caption: string): Saying {
    const words = caption.toLowerCase().replace(/[.,]/g, '').replace(/\s+/g, ' ').trim().replace(opening, '');
    const found = this.ground.exec(words);
    const said = this.readObjects(found?.groups?.['lead'] ?? words);
    return found ? { ...said, ground: groundOf(found.groups!) } : said;
  }

  private readObjects(lead: string): Saying {
    for (const [pattern, place] of placeWords) {
      const found = pattern.exec(lead);
      if (found) return { objects: this.objectsOf([lead.slice(0, found.index)]), place: place(found.slice(1)) };
    }
    for (const [pattern, direction] of directionWords) {
      const found = pattern.exec(lead);
      if (!found) continue;
      const others = lead.slice(found.index + found[0].length).split(' and ');
      return { objects: this.objectsOf([lead.slice(0, found.index), ...others]), direction };
    }
    const objects = this.objectsOf(lead.split(' and '));
    return objects.length === 1 ? { objects, place: 'middle' } : { objects };
  }

  private objectsOf(phrases: string[]): SaidObject[] {
    return phrases.flatMap((phrase) => {
      const groups = this.object.exec(phrase.trim())?.groups;
      if (!groups) return [];
      const size = groups['size'];
      return {
        kind: groups['kind']!,
        ...(groups['colour'] && { colour: colourOf(groups['colour']) }),
        ...(size && { size: ['small', 'little', 'tiny'].includes(size) ? ('small' as const) : ('large' as const) }),
      };
    });
  }
}

function groundOf(groups: Record<string, string | undefined>): SaidGround {
  if (groups['from']) return { style: 'gradient', colours: [colourOf(groups['from']), colourOf(groups['to']!)] };
  const style = groups['style'] as SaidGround['style'] | undefined;
  if (!groups['second']) return { style: style ?? 'plain', colours: [colourOf(groups['first']!)] };
  return { style: style ?? 'two-tone', colours: [colourOf(groups['first']!), colourOf(groups['second'])] };
}

function colourOf(word: string): string {
  return word === 'grey' ? 'gray' : word;
}
