/** The ways for pictures to come in: the address field, the file dialog, a drop anywhere, the clipboard. */

/**
 * A picture that somebody wants described: a file, or the address of one.
 * @typedef {{ name: string, file: File } | { name: string, url: string }} Picture
 */

const field = document.getElementById('url');
const problem = document.getElementById('url-problem');

/** @param {(pictures: Picture[]) => boolean} onPictures called with one picture or more; whether it has taken them */
export function listenForPictures(onPictures) {
  listenToForm(onPictures);
  listenToDrops(onPictures);
  listenToClipboard(onPictures);
}

function listenToForm(onPictures) {
  document.getElementById('ask').addEventListener('submit', (event) => {
    event.preventDefault();
    const url = field.value.trim();
    showProblem(url ? '' : 'Put the address of a picture here first.');
    if (!url) return field.focus();
    if (onPictures([fromUrl(url)])) field.value = '';
  });
  field.addEventListener('input', () => showProblem(''));
  document.getElementById('files').addEventListener('change', ({ target }) => {
    if (target.files.length > 0) onPictures([...target.files].map(fromFile));
    // the same file may be chosen again
    target.value = '';
  });
}

function listenToDrops(onPictures) {
  const mark = (isOver) => document.documentElement.toggleAttribute('data-drop', isOver);
  document.addEventListener('dragover', (event) => {
    if (!event.dataTransfer.types.some((type) => type === 'Files' || type === 'text/uri-list')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    mark(true);
  });
  document.addEventListener('dragleave', ({ relatedTarget }) => relatedTarget ?? mark(false));
  document.addEventListener('drop', (event) => {
    mark(false);
    const pictures = picturesOf(event.dataTransfer);
    if (pictures.length === 0) return;
    event.preventDefault();
    onPictures(pictures);
  });
}

function listenToClipboard(onPictures) {
  document.addEventListener('paste', (event) => {
    const files = [...event.clipboardData.files];
    if (files.length > 0) {
      event.preventDefault();
      return onPictures(files.map(fromFile));
    }
    // text that is pasted beside the field was surely meant for it
    const text = event.clipboardData.getData('text/plain').trim();
    if (event.target === field || !text) return;
    event.preventDefault();
    field.value = text;
    showProblem('');
    field.focus();
  });
}

/** A picture dragged out of another page comes as a file where the browser has one, and as an address otherwise. */
function picturesOf(transfer) {
  if (transfer.files.length > 0) return [...transfer.files].map(fromFile);
  const lines = transfer.getData('text/uri-list').split(/\r?\n/);
  return lines.filter((line) => /^https?:/i.test(line)).map(fromUrl);
}

function fromFile(file) {
  return { name: file.name || 'A pasted picture', file };
}

function fromUrl(url) {
  return { name: url, url };
}

function showProblem(text) {
  problem.textContent = text;
  problem.hidden = !text;
  field.setAttribute('aria-invalid', String(Boolean(text)));
}
