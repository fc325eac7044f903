import { findResults, Refusal } from './api.js';
import * as table from './table.js';

const pageSize = 50;
const everyMs = 1_000;
const newest = Number.MAX_SAFE_INTEGER;

const trouble = document.querySelector('#trouble');
const empty = document.querySelector('#empty');
const older = document.querySelector('#older');
const newer = document.querySelector('#newest');
const keyForm = document.querySelector('#key');

/** What is shown: the newest results, followed live, or an older page of them. */
const shown = { search: '', last: 0, first: newest, isLive: true };
let loading = Promise.resolve();

/** Shows the newest results that have this in them. @param {string} search */
export function startFrom(search) {
  shown.search = search;
  void load(newest);
}

export function showOlder() {
  void load(shown.first);
}

export function showNewest() {
  void load(newest);
}

/** Looks for new results again and again, while somebody looks at the page. */
export function follow() {
  setInterval(() => {
    if (shown.isLive && document.visibilityState === 'visible') void inTurn(refresh);
  }, everyMs);
}

/** @param {number} before */
function load(before) {
  return inTurn(async () => {
    const results = await findResults({ before, limit: pageSize, ...searched() });
    table.show(results);
    shown.isLive = before === newest;
    shown.first = table.lowestId() ?? before;
    if (shown.isLive) shown.last = results.at(-1)?.id ?? 0;
    older.hidden = results.length < pageSize;
    newer.hidden = shown.isLive;
    empty.hidden = table.lowestId() !== undefined;
  });
}

async function refresh() {
  const results = await findResults({ after: shown.last, limit: 1_000, ...searched() });
  if (results.length === 0) return;
  table.add(results, Math.max(pageSize, results.length));
  shown.last = results.at(-1).id;
  if (table.lowestId() > shown.first) older.hidden = false;
  shown.first = table.lowestId();
  empty.hidden = true;
}

function searched() {
  return shown.search === '' ? {} : { search: shown.search };
}

/** One after the other, so that an answer that comes late does not undo a later one. */
function inTurn(work) {
  loading = loading.then(work).then(
    () => (trouble.hidden = true),
    (error) => {
      if (!(error instanceof Refusal)) throw error;
      trouble.textContent = error.message;
      trouble.hidden = false;
      if (error.status === 401) keyForm.hidden = false;
    },
  );
  return loading;
}
