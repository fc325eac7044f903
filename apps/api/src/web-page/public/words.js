/** Numbers and states in plain words. */

/**
 * The levels lie close to 1, as most words of a description follow from the others: one badly doubted word lowers the
 * mean by little.
 */
const levels = [
  { from: 0.95, level: 'sure', words: 'sure' },
  { from: 0.9, level: 'doubtful', words: 'not quite sure' },
  { from: 0, level: 'unsure', words: 'unsure' },
];

/** @param {number} confidence mean probability of the description's tokens, 0 to 1 */
export function confidenceInWords(confidence) {
  const { level, words } = levels.find(({ from }) => confidence >= from) ?? levels.at(-1);
  return { level, words: `${words} (${Math.floor(confidence * 100)}%)` };
}

export function durationInWords(milliseconds) {
  if (!(milliseconds >= 0)) return 'unknown';
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1_000)} s`;
}

const moments = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const units = [
  { unit: 'day', milliseconds: 86_400_000 },
  { unit: 'hour', milliseconds: 3_600_000 },
  { unit: 'minute', milliseconds: 60_000 },
];

/** @param {number} milliseconds from now on; below zero: ago */
export function momentInWords(milliseconds) {
  const found = units.find((one) => Math.abs(milliseconds) >= one.milliseconds);
  return found ? moments.format(Math.round(milliseconds / found.milliseconds), found.unit) : 'just now';
}

/** What a page of the gallery holds; nothing where that is plain to see. */
export function galleryNote({ words, status, count, hasOlder, page }) {
  if (page > 1) return `Page ${page}`;
  const isFiltered = words !== '' || status !== '';
  if (count === 0 && !isFiltered) return 'Nothing has been submitted yet.';
  if (count === 0) return words === '' ? 'No picture is in this state.' : 'No picture is described with these words.';
  if (!isFiltered) return '';
  if (hasOlder) return `${count} pictures, and more on the next page`;
  return count === 1 ? 'One picture' : `${count} pictures`;
}

/** @param {object} view the API's `ImageStatusView` */
export function statusInWords({ status, attempts }) {
  switch (status) {
    case 'queued':
      return attempts > 0 ? `Queued again after ${attempts === 1 ? 'one try' : `${attempts} tries`}` : 'Queued';
    case 'processing':
      return attempts > 1 ? `Being described, try ${attempts}` : 'Being described';
    case 'failed':
      return attempts > 1 ? `Failed after ${attempts} tries` : 'Failed';
    default:
      return 'Described';
  }
}

/** @param {object} options as the API's status has them @returns {string} empty where there are none */
export function optionsInWords({ prompt, captions, beams, max_length: longest }) {
  return [
    prompt && `“${prompt}”`,
    captions && `${captions} captions`,
    beams && `${beams} beams`,
    longest && `${longest} tokens at most`,
  ]
    .filter(Boolean)
    .join(', ');
}
