import { seededRandom } from '../../test/support/seeded-random.js';
import { tokenText } from './token-text.js';
import { WordPiece } from './word-piece.js';

const vocabulary = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  'a',
  'picture',
  'of',
  'surf',
  '##board',
  '##ing',
  "'",
  's',
  '.',
  'man',
  'é',
  'e',
  '中',
  '-',
];
const wordPiece = new WordPiece(vocabulary);
const idsOf = (...tokens: string[]): number[] => tokens.map((token) => vocabulary.indexOf(token));

it.each([
  ['a picture of ', idsOf('a', 'picture', 'of')],
  ['A Picture\tOF\n', idsOf('a', 'picture', 'of')],
  ['surfboard surfing', idsOf('surf', '##board', 'surf', '##ing')],
  ["man's.", idsOf('man', "'", 's', '.')],
  ['É', idsOf('e')],
  ['a中a', idsOf('a', '中', 'a')],
  ['surfX a', idsOf('[UNK]', 'a')],
  ['a'.repeat(101), idsOf('[UNK]')],
  ['', []],
])('cuts %j into pieces', (text, expected) => {
  expect(wordPiece.encode(text)).toEqual(expected);
});

it('takes any text, gives only ids of the vocabulary, and words that are in it whole come back as they were', () => {
  const words = ['a', 'picture', 'of', 'surf', 'man', 'surfboard', 'surfing'];
  for (let seed = 1; seed <= 500; seed++) {
    const random = seededRandom(seed);
    for (const id of wordPiece.encode(random.text(40))) expect(vocabulary[id]).toBeDefined();
    const sentence = Array.from({ length: random.whole(1, 12) }, () => random.oneOf(words)).join(' ');
    expect(tokenText(wordPiece.encode(sentence), vocabulary)).toBe(sentence);
    expect(wordPiece.encode(sentence.toUpperCase())).toEqual(wordPiece.encode(sentence));
  }
});
