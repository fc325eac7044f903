/* What stands in a file, as a message may show it: on one line, with nothing that a terminal would obey, and short. */

const longest = 80;
const mostSizes = 8;
const unprintable = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** A text, e.g. `"a name"`. */
export function quoted(text: string): string {
  return JSON.stringify(cut(text)).replace(unprintable, '?');
}

/** Any value of a JSON document, e.g. `{"a":1}`. */
export function shownJson(value: unknown): string {
  return cut(JSON.stringify(value) ?? 'nothing').replace(unprintable, '?');
}

/** A tensor's shape, e.g. `[2, 3]`. */
export function shownShape(shape: readonly number[]): string {
  return `[${shape.slice(0, mostSizes).join(', ')}${shape.length > mostSizes ? ', …' : ''}]`;
}

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
