import { setImmediate as turn } from 'node:timers/promises';

/** Characters that are counted before others have their turn. */
const sliceLength = 65_536;
const isLetter = /\p{L}/u;

/**
 * The letter that a text has most often, in lower case; of several the one with the lowest code point; empty where there is none.
 * Marks that make one letter of another (`е` and a diaeresis) are composed with it first (Unicode's NFC); other marks, digits and signs
 * are no letters.
 */
export async function mostFrequentLetter(text: string): Promise<string> {
  const composed = text.normalize('NFC');
  const occurrences = new Map<string, number>();
  for (let start = 0; start < composed.length;) {
    const end = sliceEnd(composed, start);
    for (const character of composed.slice(start, end)) {
      occurrences.set(character, (occurrences.get(character) ?? 0) + 1);
    }
    start = end;
    if (start < composed.length) await turn();
  }
  return mostFrequent(foldedLetters(occurrences));
}

/** A slice does not end in the middle of a surrogate pair. */
function sliceEnd(text: string, start: number): number {
  const end = Math.min(start + sliceLength, text.length);
  const last = text.charCodeAt(end - 1);
  return end < text.length && last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}

function foldedLetters(occurrences: ReadonlyMap<string, number>): Map<string, number> {
  const letters = new Map<string, number>();
  for (const [character, count] of occurrences) {
    if (!isLetter.test(character)) continue;
    const letter = foldCase(character);
    letters.set(letter, (letters.get(letter) ?? 0) + count);
  }
  return letters;
}

/**
 * The lower case of a letter; of letters that differ by their place alone, as the two Greek sigmas do, the one that Unicode's simple case
 * folding takes for both. https://www.unicode.org/reports/tr44/#CaseFolding.txt
 */
function foldCase(character: string): string {
  // of the one letter that becomes two characters, İ, the letter counts
  const [lower = character] = character.toLowerCase();
  const [folded = lower] = lower.toUpperCase().toLowerCase();
  return folded === lower || !new RegExp(folded, 'iu').test(lower) ? lower : folded;
}

function mostFrequent(letters: ReadonlyMap<string, number>): string {
  let best = '';
  let most = 0;
  for (const [letter, count] of letters) {
    if (count < most || (count === most && codePoint(letter) > codePoint(best))) continue;
    best = letter;
    most = count;
  }
  return best;
}

function codePoint(letter: string): number {
  return letter.codePointAt(0) ?? 0;
}
