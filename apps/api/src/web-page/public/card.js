/** One picture on the wall: its thumbnail, how far it is, and at last its description. */
import { announce } from './announce.js';
import { copyText } from './copy-text.js';
import { confidenceInWords, durationInWords, statusInWords } from './words.js';

const template = document.getElementById('card');
const copiedMs = 2_000;

export class Card {
  #find;

  /**
   * @param {import('./sources.js').Picture} picture
   * @param {{ onRetry: () => void }} options
   */
  constructor(picture, { onRetry }) {
    this.element = template.content.firstElementChild.cloneNode(true);
    this.#find = (selector) => this.element.querySelector(selector);
    this.#find('article').setAttribute('aria-label', picture.name);
    this.#find('.source').textContent = picture.name;
    this.#find('.source').title = picture.name;
    this.#hang(picture);
    this.#find('.copy').addEventListener('click', () => this.#copy());
    this.#find('.retry').addEventListener('click', () => {
      this.#find('article').focus();
      onRetry();
    });
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
    number.href = `images/${imageId}/status`;
    this.#show('queued', 'Queued');
  }

  /** The API has not taken it. */
  refuse(reason) {
    this.#show('failed', 'Not taken', reason);
  }

  /** The API has said how far it is (`ImageStatusView`). */
  update(view) {
    const words = view.status === 'failed' ? (view.failure?.message ?? 'No reason was given.') : view.description;
    this.#show(view.status, statusInWords(view), words ?? '');
    if (view.status === 'described') this.#describe(view);
  }

  #describe({ description, confidence, model, queuedAt, finishedAt }) {
    this.#find('img').alt = description;
    this.#find('dl').hidden = false;
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
    this.#find('.model').hidden = !model;
    this.#find('.model dd').textContent = model;
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

  #hang(picture) {
    const image = this.#find('img');
    const url = picture.file ? URL.createObjectURL(picture.file) : pictureUrl(picture.url);
    const release = () => picture.file && URL.revokeObjectURL(url);
    image.alt = 'Not described yet';
    image.addEventListener('load', release);
    image.addEventListener('error', () => {
      release();
      this.#find('.mat').classList.add('blank');
    });
    if (url) image.src = url;
    else this.#find('.mat').classList.add('blank');
  }

  async #copy() {
    const button = this.#find('.copy');
    const isCopied = await copyText(this.#find('.words'));
    button.textContent = isCopied ? 'Copied' : 'Select and copy by hand';
    announce(isCopied ? 'Alt text copied' : 'The browser did not copy it. The words are selected.');
    setTimeout(() => (button.textContent = 'Copy alt text'), copiedMs);
  }
}

/** Where the browser may find the picture itself, or undefined. The API takes addresses without a scheme, too. */
function pictureUrl(text) {
  const candidate = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(candidate)) return undefined;
  const url = new URL(candidate);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined;
}
