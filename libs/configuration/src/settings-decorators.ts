import { Setting } from './setting.decorator.js';

const LARGEST_DELAY = 2 ** 31 - 1;

/** An integer within the bounds, both included. */
export function IntegerBetween(minimum: number, maximum: number): PropertyDecorator {
  return integer(`an integer from ${minimum} to ${maximum}`, minimum, maximum);
}

/** A TCP port, 0 to 65535; 0 lets the system choose a free one. */
export function Port(): PropertyDecorator {
  return integer('a port from 0 to 65535', 0, 65_535);
}

/** A length of time in whole milliseconds, at least `minimum` (1), at most `maximum` or what a timer can wait for. */
export function Duration(minimum = 1, maximum = LARGEST_DELAY): PropertyDecorator {
  const range = maximum === LARGEST_DELAY ? `from ${minimum}` : `from ${minimum} to ${maximum}`;
  return integer(`a whole number of milliseconds ${range}`, minimum, maximum);
}

/** `true`, `1`, `false` or `0`. */
export function Flag(): PropertyDecorator {
  const values = new Map([
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ]);
  return Setting<boolean>({
    expected: 'true, false, 1 or 0',
    parse: (text) => values.get(text.toLowerCase()),
    accepts: (value) => typeof value === 'boolean',
  });
}

/** Any text; without a default it has to be set. */
export function Text(): PropertyDecorator {
  return Setting<string>({ expected: 'a text', parse: (text) => text, accepts: (value) => typeof value === 'string' });
}

/** One of a few words. */
export function OneOf<const Word extends string>(words: readonly Word[]): PropertyDecorator {
  return Setting<string>({
    expected: `one of ${words.join(', ')}`,
    parse: (text) => text,
    accepts: (value) => (words as readonly string[]).includes(value),
  });
}

/** An absolute URL of one of the schemes, which are written without their colon. */
export function Url(schemes: readonly string[]): PropertyDecorator {
  return Setting<string>({
    expected: `a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    parse: (text) => text,
    accepts: (value) => {
      if (!URL.canParse(value)) return false;
      const { protocol, hostname } = new URL(value);
      return schemes.includes(protocol.slice(0, -1)) && hostname !== '';
    },
  });
}

/** Words between commas; blanks around them and empty ones are dropped. `accepts` may refuse a word. */
export function CommaList(
  expected = 'a comma-separated list',
  accepts: (word: string) => boolean = () => true,
): PropertyDecorator {
  return Setting<readonly string[]>({
    expected,
    parse: (text) =>
      text
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    accepts: (words) => Array.isArray(words) && words.every(accepts),
  });
}

function integer(expected: string, minimum: number, maximum: number): PropertyDecorator {
  return Setting<number>({
    expected,
    parse: (text) => (/^[+-]?\d{1,16}$/.test(text) ? Number(text) : undefined),
    accepts: (value) => Number.isSafeInteger(value) && value >= minimum && value <= maximum,
  });
}
