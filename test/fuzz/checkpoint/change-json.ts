import type { Dice } from '../dice.js';
import { mutateBytes } from '../mutate-bytes.js';

/** What is awkward in JSON, and in what these files say by it. */
const words = [
  ...['0', '-1', '1.5', '1e999', '9007199254740993', '4294967296', 'null', 'true', '[]', '{}', '""', '[[[[', '{"a":'],
  ...['"\\u0000\\n"', '"\\u001b[31m"', '"\\ud800"', '"__proto__"', '"constructor"', '"toString"', '"F32"', '"F4"'],
  ...['"one.bin"', '"two.bin"', '"../one.bin"', '"x.bin"', '"one.bin\\u0000"', '"weight_map"', '"shape"', '"w"'],
];

/** JSON in which one token is another, or some bytes are wrong. */
export function changeJson(text: Buffer, dice: Dice): Buffer {
  if (dice.oneIn(4)) return mutateBytes(text, dice);
  const tokens = text.toString('latin1').match(/"[^"]*"|[\w.-]+|./gs) ?? [];
  const at = dice.whole(0, tokens.length);
  const replaced = dice.oneOf([0, 1, 1, 1, 3]);
  const added = dice.oneIn(20)
    ? dice.oneOf(words).repeat(1000)
    : dice.oneOf([dice.oneOf(words), dice.oneOf(words), '']);
  tokens.splice(at, replaced, added);
  return Buffer.from(tokens.join(''), 'latin1');
}
