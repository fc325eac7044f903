/** One picture on the wall: its thumbnail, how far it is, and at last its description. */
import { announce } from './announce.js';
import { hasKey } from './api-key.js';
import { showApiThumbnail } from './api-thumbnail.js';
import { copyText } from './copy-text.js';
import { showThumbnail } from './thumbnail.js';
import { confidenceInWords, durationInWords, optionsInWords, statusInWords } from './words.js';

const template = document.getElementById('card');
const copiedMs = 2_000;

export class Card {
  #find;
  #picture;

  /**
   * @param {import('./sources.js').Picture} picture
   * @param {{ onRetry: () => void }} options
   */
  constructor(picture, { onRetry }) {
    this.#picture = picture;
    this.element = template.content.firstElementChild.cloneNode(true);
    this.#find = (selector) => this.element.querySelector(selector);
    this.#find('article').setAttribute('aria-label', picture.name);
    this.#find('.source').textContent = picture.name;
    this.#find('.source').title = picture.name;
    // an address is looked up by the browser once the API has found it good
    if (picture.file) this.#hang();
    this.#find('.copy').addEventListener('click', () => this.#copy());
    this.#find('.retry').addEventListener('click', () => {
      this.#find('article').focus();
      onRetry();
    });
  }

  /** Whether it is on its way. */
  get isWaiting() {
    return this.#find('article').getAttribute('aria-busy') === 'true';
  }

  /** Says when it came, in place of its name. */
  dated(moment, exactly) {
    this.#find('.source').textContent = moment;
    this.#find('.source').title = exactly;
  }

  /** The description, or what is said in its place. */
  get words() {
    return this.#find('.words').textContent;
  }

  /** It is on its way to the API. */
  send() {
    this.#find('.number').hidden = true;
    this.#show('sending', 'Sending');
  }

  /** The API has taken it, under this id. */
  accept(imageId) {
    const number = this.#find('.number');
    number.hidden = false;
    number.textContent = `No. ${imageId}`;
    // a browser sends no key with a link
    if (hasKey()) number.removeAttribute('href');
    else number.href = `images/${imageId}/status`;
    this.#show('queued', 'Queued');
    if (!this.#picture.file) this.#hang();
  }

  /**
   * The API has not taken it.
   * @param {boolean} isFinal whether it would say the same again
   */
  refuse(reason, isFinal) {
    this.#show('failed', 'Not taken', reason);
    this.#find('.retry').hidden = isFinal;
    if (this.#picture.url) this.#find('.mat').classList.add('blank');
  }

  /** The API has said how far it is (`ImageStatusView`). */
  update(view) {
    const words = view.status === 'failed' ? (view.failure?.message ?? 'No reason was given.') : view.description;
    this.#show(view.status, statusInWords(view), words ?? '');
    if (view.status === 'described') this.#describe(view);
  }

  #describe({ description, captions, confidence, tag, options, model, queuedAt, finishedAt }) {
    this.#find('img').alt = description;
    this.#showOthers(captions.slice(1));
    this.#find('dl').hidden = false;
    this.#note('.tag', tag);
    this.#note('.asked', optionsInWords(options));
    this.#find('.confidence').hidden = confidence === null;
    if (confidence !== null) {
      const { level, words } = confidenceInWords(confidence);
      this.#find('article').dataset.confidence = level;
      this.#find('.meter').setAttribute('aria-valuenow', confidence);
      this.#find('.meter').setAttribute('aria-valuetext', words);
      this.#find('.meter span').style.width = `${confidence * 100}%`;
      this.#find('.certainty').textContent = words;
    }
    this.#find('.took dd').textContent = durationInWords(Date.parse(finishedAt) - Date.parse(queuedAt));
    this.#note('.model', model);
  }

  /** A line of the label, left out where there is nothing to say. */
  #note(selector, text) {
    this.#find(selector).hidden = !text;
    this.#find(`${selector} dd`).textContent = text;
  }

  #showOthers(captions) {
    this.#find('.others').hidden = captions.length === 0;
    const items = captions.map(({ text, confidence }) => {
      const item = document.createElement('li');
      item.textContent = `${text} (${Math.floor(confidence * 100)}%)`;
      return item;
    });
    this.#find('.others ol').replaceChildren(...items);
  }

  #show(state, status, words = '') {
    const isWaiting = state !== 'described' && state !== 'failed';
    const article = this.#find('article');
    article.dataset.state = state;
    article.setAttribute('aria-busy', String(isWaiting));
    this.#find('.state').textContent = status;
    this.#find('.words').textContent = words;
    this.#find('.copy').hidden = state !== 'described';
    this.#find('.retry').hidden = state !== 'failed';
  }

  #hang() {
    this.#find('.mat').classList.remove('blank');
    const onBlank = () => this.#find('.mat').classList.add('blank');
    const { imageId } = this.#picture;
    if (imageId) showApiThumbnail(this.#find('img'), imageId, onBlank);
    else showThumbnail(this.#find('img'), this.#picture, onBlank);
  }

  async #copy() {
    const button = this.#find('.copy');
    const isCopied = await copyText(this.#find('.words'));
    button.textContent = isCopied ? 'Copied' : 'Select and copy by hand';
    announce(isCopied ? 'Alt text copied' : 'The browser did not copy it. The words are selected.');
    setTimeout(() => (button.textContent = 'Copy alt text'), copiedMs);
  }
}
