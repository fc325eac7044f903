/**
 * The API key of whoever uses the page, in this tab until it is closed. The field for it opens by itself where the API wants one,
 * and by a button otherwise, since what is submitted with a key is its client's alone.
 */
import { isKeyRequired } from './settings.js';

const place = 'ekphrasis.api-key';
const form = document.getElementById('access');
const field = document.getElementById('api-key');
const note = document.getElementById('key-note');
const opener = document.getElementById('key-opener');
const forget = form.querySelector('.forget');
const listeners = new Set();
let key = stored();

opener.addEventListener('click', () => open(form.hidden));
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void use(field.value.trim());
});
forget.addEventListener('click', () => {
  keep('');
  say(isKeyRequired ? wanted : 'Forgotten. What is submitted now is open to all.');
  field.focus();
});
const wanted = 'This server wants an API key. Its operator gives you one.';
if (key) say('A key is in use.');
show();
if (isKeyRequired && !key) open(true);

/** @param {() => void} listener called when another key is in use, or none */
export function whenKeyChanges(listener) {
  listeners.add(listener);
}

export function hasKey() {
  return key !== '';
}

/** Of a call of the API. */
export function keyHeaders() {
  return key === '' ? {} : { authorization: `Bearer ${key}` };
}

/** The API has refused a call for want of a key, or does not know this one. */
export function keyIsMissing() {
  if (!form.hidden && note.textContent) return;
  say(key ? 'The API does not know this key any more.' : wanted);
  form.hidden = false;
  show();
}

/** Brings whoever has just been refused to the field. */
export function enterKey() {
  open(true);
}

async function use(text) {
  if (text === '') {
    say('Put a key here first.');
    return field.focus();
  }
  // a header holds nothing else
  const isPossible = /^[\x21-\x7e]+$/.test(text);
  const answer = isPossible && (await ask(text));
  if (isPossible && !answer) return say('The API could not be reached.');
  if (!isPossible || answer.status === 401) {
    say('The API does not know this key.');
    return field.select();
  }
  keep(text);
  field.value = '';
  say('This key is in use until the tab is closed. What you submit is yours alone.');
}

function ask(text) {
  const headers = { authorization: `Bearer ${text}` };
  return fetch('images?limit=1', { headers, signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
}

function keep(text) {
  key = text;
  try {
    if (key === '') sessionStorage.removeItem(place);
    else sessionStorage.setItem(place, key);
  } catch {
    // the page keeps it as long as it is open
  }
  show();
  for (const listener of listeners) listener();
}

function stored() {
  try {
    return sessionStorage.getItem(place) ?? '';
  } catch {
    return '';
  }
}

function open(isOpen) {
  form.hidden = !isOpen;
  if (isOpen && !note.textContent && isKeyRequired) say(wanted);
  show();
  if (isOpen) field.focus();
}

function show() {
  opener.setAttribute('aria-expanded', String(!form.hidden));
  opener.textContent = key === '' ? 'API key' : 'API key: in use';
  forget.hidden = key === '';
  // a browser sends no key with a link
  for (const link of document.querySelectorAll('[data-without-key]')) link.hidden = key !== '';
}

function say(text) {
  note.textContent = text;
}
