const clearScreen = '\x1b[H\x1b[2J';

/** Shows text again and again: over itself in a terminal, below itself elsewhere. */
export function showScreen(text: string): void {
  process.stdout.write(process.stdout.isTTY ? `${clearScreen}${text}\n` : `${text}\n\n`);
}

const heights = '▁▂▃▄▅▆▇█';

/** A curve of one line, as wide as there are values, from 0. */
export function sparkline(values: readonly number[]): string {
  const largest = values.reduce((one, other) => Math.max(one, other), 1);
  return values.map((value) => heights[Math.round((value / largest) * (heights.length - 1))]).join('');
}
