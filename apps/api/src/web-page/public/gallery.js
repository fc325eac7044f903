/** What was submitted last, whoever sent it: a page of it at a time, by words and by state, and as it changes. */
import { callApi } from './api.js';
import { Card } from './card.js';
import { galleryNote, momentInWords } from './words.js';

const pageSize = 24;
/** From one look to the next: while something on the page is on its way, and otherwise. */
const busyMs = 1_500;
const quietMs = 5_000;
const typingMs = 400;

export class Gallery {
  #section;
  #list;
  #form;
  #note;
  #newer;
  #older;
  #isShownAbove;
  #retry;
  /** `before` of each page, from the newest to the one that is shown. */
  #pages = [undefined];
  /** By image id, in the order in which they hang. */
  #hung = new Map();
  /** The id of the last image of the page. */
  #oldest;
  #look = 0;
  #next;
  #entityTag;
  #isOpen = false;

  /**
   * @param {HTMLElement} section
   * @param {{ isShownAbove: (imageId: number) => boolean, retry: (imageId: number) => Promise<void> }} options
   */
  constructor(section, { isShownAbove, retry }) {
    this.#section = section;
    this.#list = section.querySelector('ul');
    this.#form = section.querySelector('form');
    this.#note = section.querySelector('.note');
    this.#newer = section.querySelector('.newer');
    this.#older = section.querySelector('.older');
    this.#isShownAbove = isShownAbove;
    this.#retry = retry;
    this.#listen();
  }

  /** Shows itself, from the newest, and goes on looking what is new. */
  open() {
    this.#isOpen = true;
    this.#section.hidden = false;
    this.#begin();
  }

  close() {
    this.#isOpen = false;
    this.#section.hidden = true;
    this.refresh();
  }

  #listen() {
    let typing;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#begin();
    });
    this.#form.addEventListener('input', ({ target }) => {
      clearTimeout(typing);
      typing = setTimeout(() => this.#begin(), target.matches('select') ? 0 : typingMs);
    });
    this.#older.addEventListener('click', () => this.#turn(() => this.#pages.push(this.#oldest)));
    this.#newer.addEventListener('click', () => this.#turn(() => this.#pages.pop()));
    document.addEventListener('visibilitychange', () => document.hidden || this.refresh());
  }

  /** Looks at once. */
  refresh() {
    clearTimeout(this.#next);
    if (this.#isOpen) void this.#show();
  }

  /** From the newest again, as another thing is looked for. */
  #begin() {
    this.#turn(() => (this.#pages = [undefined]), false);
  }

  #turn(change, movesFocus = true) {
    change();
    this.#entityTag = undefined;
    if (movesFocus) this.#section.focus();
    this.refresh();
  }

  async #show() {
    this.#look += 1;
    const look = this.#look;
    const page = await this.#read().catch(() => undefined);
    // another look has begun meanwhile, and knows better
    if (look !== this.#look || !this.#isOpen) return;
    if (page) this.#hang(page);
    const isBusy = [...this.#hung.values()].some(({ card }) => card.isWaiting);
    if (!document.hidden) this.#next = setTimeout(() => this.refresh(), isBusy ? busyMs : quietMs);
  }

  /** @returns the page, or undefined where it is as it was */
  async #read() {
    const query = new URLSearchParams({ limit: pageSize, ...this.#wanted() });
    const before = this.#pages.at(-1);
    if (before !== undefined) query.set('before', before);
    const response = await callApi(`gallery?${query}`, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(`The API answered with ${response.status}`);
    const entityTag = response.headers.get('etag');
    if (entityTag === this.#entityTag) return undefined;
    this.#entityTag = entityTag;
    return response.json();
  }

  #wanted() {
    const { words, status } = Object.fromEntries(new FormData(this.#form));
    return { words: words.trim(), status };
  }

  #hang({ images, hasOlder }) {
    const wanted = this.#wanted();
    const isWhole = this.#pages.length === 1 && wanted.words === '' && wanted.status === '';
    const shown = isWhole ? images.filter(({ imageId }) => !this.#isShownAbove(imageId)) : images;
    const before = this.#hung;
    this.#hung = new Map(shown.map((view) => [view.imageId, before.get(view.imageId) ?? this.#newCard(view)]));
    for (const [imageId, { card }] of before) if (!this.#hung.has(imageId)) card.element.remove();
    let place = this.#list.firstElementChild;
    for (const view of shown) {
      const hung = this.#hung.get(view.imageId);
      update(hung, view);
      // what hangs in its place is not moved: it may have the focus
      if (hung.card.element === place) place = place.nextElementSibling;
      else this.#list.insertBefore(hung.card.element, place);
    }
    this.#oldest = images.at(-1)?.imageId;
    this.#newer.hidden = this.#pages.length === 1;
    this.#older.hidden = !hasOlder;
    this.#say(galleryNote({ ...wanted, count: images.length, hasOlder, page: this.#pages.length }));
  }

  #newCard({ imageId, tag }) {
    const name = tag ? `Picture ${imageId}: ${tag}` : `Picture ${imageId}`;
    const card = new Card({ name, imageId }, { onRetry: () => this.#tryAgain(imageId) });
    card.accept(imageId);
    return { card };
  }

  async #tryAgain(imageId) {
    try {
      await this.#retry(imageId);
      this.#entityTag = undefined;
      this.refresh();
    } catch (error) {
      this.#say(`Picture ${imageId} cannot be tried again: ${error.message}`);
    }
  }

  /** The same again would be read out again. */
  #say(text) {
    if (this.#note.textContent !== text) this.#note.textContent = text;
  }
}

function update(hung, view) {
  const queuedAt = new Date(view.queuedAt);
  hung.card.dated(momentInWords(queuedAt - Date.now()), queuedAt.toLocaleString());
  const text = JSON.stringify(view);
  if (hung.text !== text) hung.card.update(view);
  hung.text = text;
}
