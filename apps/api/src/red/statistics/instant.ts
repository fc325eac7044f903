const instant =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+\- ]\d{2}(?::?\d{2})?)?)?$/i;

/**
 * Reads a time of ISO 8601, UTC where it names no other offset: a day, or a day and a time. A blank stands for the plus sign of an offset, which
 * URLs turn into one. Fractions beyond milliseconds are rounded up: of times in whole milliseconds as many lie before and after.
 * @returns milliseconds since 1970; undefined for what is no such time, the 30th of February too
 */
export function parseInstant(text: string): number | undefined {
  const found = instant.exec(text);
  if (!found) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((digits) => Number(digits ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const offset = minutesOf(found[8]);
  if (!isDay || hour > 23 || minute > 59 || second > 59 || offset === undefined) return undefined;
  return date.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1_000 + millisecondsOf(found[7]);
}

function millisecondsOf(fraction = '0'): number {
  return Math.ceil(Number(fraction.padEnd(9, '0')) / 1_000_000);
}

/** @returns undefined for what no place on earth has */
function minutesOf(offset = 'Z'): number | undefined {
  if (/^z$/i.test(offset)) return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(3).replace(':', '') || 0);
  if (hours > 23 || minutes > 59) return undefined;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
