import { tokenText } from './token-text.js';

const vocabulary = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  'a',
  'man',
  "'",
  's',
  '.',
  'surf',
  '##board',
  ',',
  'n',
  't',
  'do',
  '!',
  '?',
  're',
  '##n',
  've',
  'm',
  '-',
  '[DEC]',
];
const words = (...tokens: string[]): string =>
  tokenText(
    tokens.map((token) => vocabulary.indexOf(token)),
    vocabulary,
  );

it('joins pieces and closes up punctuation as the reference does', () => {
  expect(words('a', 'man', "'", 's', 'surf', '##board', '.')).toBe("a man's surfboard.");
  expect(words('do', '##n', "'", 't', ',', 'man', '!', '?')).toBe("don't, man!?");
  expect(words('man', '-', 'man')).toBe('man - man');
  // the reference closes an apostrophe up on both sides before it comes to the contractions
  expect(words('a', "'", 've', "'", 'm')).toBe("a've'm");
});

it('leaves out special tokens and ids beyond the vocabulary', () => {
  expect(words('[CLS]', 'a', '[UNK]', 'man', '[SEP]', '[PAD]', '[DEC]')).toBe('a man');
  expect(tokenText([30522, 5, 999, 6], vocabulary)).toBe('a man');
  expect(tokenText([], vocabulary)).toBe('');
});
