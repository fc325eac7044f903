/** What may be said with pictures: a tag, and how their captions are searched for. It holds for all that come until it is changed. */

/**
 * @typedef {object} Details
 * @property {string} [tag]
 * @property {{ prompt?: string, beams?: number, captions?: number, max_length?: number }} [options]
 */

const disclosure = document.getElementById('options');
const problem = document.getElementById('options-problem');
const fields = [...disclosure.querySelectorAll('input, select')];
const numbers = ['beams', 'captions', 'max_length'];

for (const field of fields) field.addEventListener('input', () => show(field, ''));

/**
 * @returns {Details | undefined} what is chosen now; undefined where a field has what it cannot have, which is shown
 */
export function chosenDetails() {
  const wrong = fields.find((field) => !field.checkValidity());
  if (wrong) {
    disclosure.open = true;
    show(wrong, `${wrong.closest('label').firstChild.textContent.trim()}: ${wrong.validationMessage}`);
    wrong.focus();
    return undefined;
  }
  const { tag, ...options } = Object.fromEntries(fields.filter(({ value }) => value !== '').map(valueOf));
  return { ...(tag && { tag }), ...(Object.keys(options).length > 0 && { options }) };
}

function valueOf({ name, value }) {
  return [name, numbers.includes(name) ? Number(value) : value];
}

function show(field, text) {
  problem.textContent = text;
  problem.hidden = !text;
  field.setAttribute('aria-invalid', String(Boolean(text)));
}
