import { mostFrequentLetter } from './most-frequent-letter.js';

describe('mostFrequentLetter', () => {
  it.each([
    ['abracadabra', 'a'],
    ['Hello, World!', 'l'],
    ['Привет, ПРИВЕТ и тебе', 'е'],
    ['ёжик и ЁЛКА, ёё', 'ё'],
    ['е\u0308 е\u0308 е', 'ё'],
    ['bbaa', 'a'],
    ['ББаА', 'а'],
    ['ΣΑΣ σας', 'σ'],
    ['ſs S', 's'],
    ['ıi ı', 'ı'],
    ['İİ', 'i'],
    ['漢字漢', '漢'],
    ['𐐀𐐨a', '𐐨'],
    ['x\u0332x\u0332yyy\u0332', 'y'],
    ['2026-11-27, 100 %', ''],
    ['', ''],
    ['ßẞs', 'ß'],
  ])('of %j is %j', async (text, letter) => expect(await mostFrequentLetter(text)).toBe(letter));

  it('counts a text of megabytes in slices, pairs of surrogates and all', async () => {
    expect(await mostFrequentLetter(`x${'𐐨'.repeat(200_000)}`)).toBe('𐐨');
  });
});
