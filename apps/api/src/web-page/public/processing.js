/** Uploads one picture to be processed, and shows it before and after, side by side. */
import { announce } from './announce.js';
import { callApi, reasonOf } from './api.js';
import { enterKey } from './api-key.js';
import { EventStream } from './event-stream.js';

const section = document.getElementById('processing');
const form = section.querySelector('form');
const note = section.querySelector('.note');
const pair = section.querySelector('.pair');
const [before, after] = pair.querySelectorAll('img');
const download = pair.querySelector('a');
/** In the order in which they were chosen, which is that in which they are applied. */
const chosen = ['resize'];
const retryMs = 1_000;
let latest = 0;

form.addEventListener('change', ({ target }) => {
  if (target.name !== 'operation') return;
  if (target.checked) chosen.push(target.value);
  else chosen.splice(chosen.indexOf(target.value), 1);
  showOrder();
});

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const file = form.elements.picture.files[0];
  if (!file) return say('Choose a picture first.');
  if (chosen.length === 0) return say('Choose what to do with it.');
  void processPicture(file);
});

showOrder();

function showOrder() {
  section.querySelector('.order').textContent = chosen.length > 1 ? `In this order: ${chosen.join(', ')}` : '';
}

async function processPicture(file) {
  latest += 1;
  const turn = latest;
  pair.hidden = true;
  say(`${file.name} is being sent.`);
  try {
    const jobId = await upload(file);
    say('It is being processed.');
    const { status, result } = await ended(jobId);
    // another picture was sent meanwhile
    if (turn !== latest) return;
    if (status === 'failed') return say(`It cannot be processed: ${result.message}`);
    const processed = await pictureOf(result);
    if (turn !== latest) return;
    show(file, processed);
    say(`Done: ${result.width} × ${result.height} pixels, ${Math.ceil(result.bytes / 1024)} kB.`);
  } catch (error) {
    if (turn === latest) say(error.message);
  }
}

/** @returns {Promise<string>} the job's id @throws {Error} whose message says why the picture was not taken */
async function upload(file) {
  const body = new FormData();
  body.append('operations', chosen.join(','));
  body.append('options', JSON.stringify(options()));
  body.append('file', file, file.name || 'picture');
  const response = await callApi('upload', { method: 'POST', body }).catch(() => {
    throw new Error('The API could not be reached.');
  });
  if (response.status === 401) enterKey();
  if (!response.ok) throw new Error(await reasonOf(response));
  return (await response.json()).job_id;
}

/** What is chosen beside the operations; what is left empty is done as usual. */
function options() {
  const { width, text, filter } = form.elements;
  return {
    ...(width.value && { resize: { width: Number(width.value) } }),
    ...(text.value.trim() && { watermark: { text: text.value } }),
    ...(filter.value && { filter: { name: filter.value } }),
  };
}

/** Follows the job, also where the stream is cut. */
function ended(jobId) {
  return new Promise((resolve) => {
    const follow = () => {
      const events = new EventStream(`status/events?ids=${encodeURIComponent(jobId)}`, {
        onEvent(type, data) {
          const status = type === 'status' && JSON.parse(data);
          if (!status.result) return;
          events.close();
          resolve(status);
        },
        onEnd: () => setTimeout(follow, retryMs),
      });
    };
    follow();
  });
}

/** The processed picture, kept by the page: a browser sends no key with an address. */
async function pictureOf(result) {
  const response = await callApi(result.download_url.replace(/^\//, '')).catch(() => {
    throw new Error('The API could not be reached.');
  });
  if (!response.ok) throw new Error(await reasonOf(response));
  return response.blob();
}

function show(file, processed) {
  for (const address of [before.src, after.src]) URL.revokeObjectURL(address);
  before.src = URL.createObjectURL(file);
  after.src = URL.createObjectURL(processed);
  download.href = after.src;
  download.download = file.name || 'picture';
  pair.hidden = false;
}

function say(text) {
  note.textContent = text;
  announce(text);
}
