/** Random choices that are the same for the same seed, so that a failing case can be run again. */
export interface SeededRandom {
  /** From 0 (included) to 1 (excluded). */
  number(): number;
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number;
  oneOf<T>(choices: readonly T[]): T;
  /** Up to `longest` characters of many scripts. */
  text(longest: number): string;
}

export function seededRandom(seed: number): SeededRandom {
  // Park and Miller's generator; the first numbers of neighbouring seeds are alike, so they are skipped
  let state = seed * 7919 + 1;
  const number = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (let skipped = 0; skipped < 3; skipped++) number();
  const whole = (least: number, most: number): number => least + Math.floor(number() * (most - least + 1));
  const oneOf = <T>(choices: readonly T[]): T => choices[whole(0, choices.length - 1)]!;
  const characters = [...'abcdefghijklmnopqrstuvwxyzABC 0123456789.,!?\'-"\\/\n\täéßñøçİ中文字ひо🙂\u0301\u200b'];
  const text = (longest: number): string => Array.from({ length: whole(0, longest) }, () => oneOf(characters)).join('');
  return { number, whole, oneOf, text };
}
