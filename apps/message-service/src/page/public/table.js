const table = document.querySelector('table');
const rows = table.querySelector('tbody');
const times = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'medium' });

/** Shows these results and no other. @param {object[]} results ids ascending */
export function show(results) {
  rows.replaceChildren(...results.map(rowOf).reverse());
  table.hidden = results.length === 0;
}

/**
 * Shows new ones above those that are there.
 *
 * @param {object[]} results ids ascending
 * @param {number} most rows that stay
 */
export function add(results, most) {
  for (const result of results) {
    const row = rowOf(result);
    row.classList.add('fresh');
    rows.prepend(row);
  }
  while (rows.children.length > most) rows.lastElementChild.remove();
  table.hidden = rows.children.length === 0;
}

/** @returns {number | undefined} the lowest id that is shown */
export function lowestId() {
  const row = rows.lastElementChild;
  return row ? Number(row.dataset.id) : undefined;
}

function rowOf({ id, message, result, error, created_at: at }) {
  const row = document.createElement('tr');
  row.dataset.id = id;
  const time = document.createElement('time');
  time.dateTime = at;
  time.textContent = times.format(new Date(at));
  row.append(
    cell('number', String(id)),
    cell('message', message),
    cell(error === null ? 'result' : 'result error', error ?? (result || 'no letter')),
    cell('when', time),
  );
  return row;
}

/** @param {string} name @param {string | Node} content a long text gets a box to scroll in */
function cell(name, content) {
  const made = document.createElement('td');
  made.className = name;
  if (typeof content !== 'string' || content.length <= 400) {
    made.append(content);
    return made;
  }
  const box = document.createElement('span');
  box.className = 'long';
  // so that the keyboard can scroll it
  box.tabIndex = 0;
  box.textContent = content;
  made.append(box);
  return made;
}
