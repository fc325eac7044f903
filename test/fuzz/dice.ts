import { seededRandom } from '../support/seeded-random.js';

/** Choices that are the same for the same seed. */
export class Dice {
  constructor(private readonly random: () => number) {}

  /** The choices of one step, whatever the steps before it were. */
  static ofStep(seed: number, step: number): Dice {
    const random = seededRandom(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(step + 1, 0x85ebca6b));
    // neighbouring seeds begin alike
    for (let skipped = 0; skipped < 4; skipped++) random();
    return new Dice(random);
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.random() * times < 1;
  }

  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  oneOf<T>(choices: readonly T[]): T {
    return choices[this.whole(0, choices.length - 1)]!;
  }

  /** One of several, each as likely as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T {
    let left = this.random() * choices.reduce((sum, [weight]) => sum + weight, 0);
    return (choices.find(([weight]) => (left -= weight) < 0) ?? choices[0]!)[1];
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.whole(0, 255)));
  }

  /** `length` characters, some of which mean something to somebody. */
  text(length: number): string {
    return Array.from({ length }, () => this.oneOf(characters)).join('');
  }
}

const characters = [
  ...'abcxyzABC 0189.,:;/\\?#%&=+-_~!@$^*()[]{}<>|"\'`\n\r\t\0\x01\x7f\xa0éßİ猫🐈\u0301\u200b\u202e\ufeff\ud800',
];
