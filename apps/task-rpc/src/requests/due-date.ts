import { refused } from './fields.js';

/** A date, or a date with a time of day, possibly with an offset from UTC (ISO 8601, extended form). */
const form =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ]([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?)?$/;

/**
 * A date as the client wrote it; null where it is null or not given. It is kept as it is: without an offset nobody knows which
 * moment it means, and without a time it means none.
 * @throws RequestRefusedError where there is no such day
 */
export function dueDateIn(data: Readonly<Record<string, unknown>>): string | null {
  const value = data['due_date'] ?? null;
  if (value === null) return null;
  const [, year, month, day] = (typeof value === 'string' && form.exec(value)) || [];
  if (year !== undefined && isDay(Number(year), Number(month), Number(day))) return value as string;
  throw refused('due_date', 'a date, or a date and time, as ISO 8601 writes it', value);
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
