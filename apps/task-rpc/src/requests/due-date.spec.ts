import { dueDateIn } from './due-date.js';

it.each(['2026-12-24', '2024-02-29', '2026-12-24T18:30', '2026-12-24T18:30:00Z', '2026-12-24 18:30:00.123456+05:30'])(
  'keeps %s as it is',
  (due_date) => expect(dueDateIn({ due_date })).toBe(due_date),
);

it.each([undefined, null])('is none where it is %s', (due_date) => expect(dueDateIn({ due_date })).toBeNull());

it.each([
  '2026-02-29',
  '2026-13-01',
  '2026-00-10',
  '24.12.2026',
  'tomorrow',
  '',
  1_766_534_400,
  '2026-12-24T25:00',
  {},
])('refuses %j', (due_date) => expect(() => dueDateIn({ due_date })).toThrow(/^Expected a date/));
