/**
 * Follows images over server-sent events (`GET /images/events?ids=…`), all through one stream.
 *
 *     follow() → [open] ── status: final ──→ image forgotten
 *                 │  ↑
 *                 │  └── more images, silence, or the API gone and back: a new stream, which begins with every status
 *                 └──── done → closed, until follow()
 */

import { EventStream } from './event-stream.js';

/** The API takes no more ids per stream. */
const mostIds = 200;
/** Images that come together share one reopening… */
const gatherMs = 50;
/** …and so do those of a long row of uploads: each new stream reads every status again. */
const restMs = 500;
/** The API sends a heartbeat every 15 s: after this silence the stream is dead, though nobody said so. */
const silenceMs = 40_000;
const retryMs = 3_000;

export class ProgressFollower {
  #listeners = new Map();
  #followed = new Set();
  #stream;
  #reopening;
  #silence;
  #openedAt = -Infinity;
  #onConnection;

  /** @param {{ onConnection: (isUp: boolean) => void }} options */
  constructor({ onConnection }) {
    this.#onConnection = onConnection;
  }

  /**
   * @param {number} imageId
   * @param {(view: object) => void} onStatus called with the image's status now and whenever it changes, until it is final
   */
  follow(imageId, onStatus) {
    this.#listeners.set(imageId, onStatus);
    this.#openSoon();
  }

  #openSoon() {
    this.#openAfter(Math.max(gatherMs, this.#openedAt + restMs - performance.now()));
  }

  #openAfter(delayMs) {
    this.#reopening ??= setTimeout(() => this.#open(), delayMs);
  }

  #open() {
    this.#close();
    if (this.#listeners.size === 0) return;
    this.#followed = new Set([...this.#listeners.keys()].slice(0, mostIds));
    this.#stream = new EventStream(`images/events?ids=${[...this.#followed].join(',')}`, {
      onOpen: () => this.#hear(),
      onEvent: (type, data) => {
        this.#hear();
        if (type === 'status') this.#tell(JSON.parse(data));
        if (type === 'done') this.#finish();
      },
      onEnd: (status) => {
        // what is wanted then is a key
        this.#onConnection(status === 401);
        this.#openAfter(retryMs);
      },
    });
    this.#openedAt = performance.now();
    this.#expectSound();
  }

  #close() {
    clearTimeout(this.#reopening);
    clearTimeout(this.#silence);
    this.#reopening = undefined;
    this.#stream?.close();
    this.#stream = undefined;
  }

  #hear() {
    this.#onConnection(true);
    this.#expectSound();
  }

  #expectSound() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.#onConnection(false);
      this.#open();
    }, silenceMs);
  }

  #tell(view) {
    const listener = this.#listeners.get(view.imageId);
    if (view.status === 'described' || view.status === 'failed') {
      this.#listeners.delete(view.imageId);
      this.#followed.delete(view.imageId);
      const someWait = this.#listeners.size > this.#followed.size;
      if (someWait && this.#followed.size < mostIds / 2) this.#openSoon();
    }
    listener?.(view);
  }

  /** The stream is done with all that it followed: what has no final status by now is unknown to the API. */
  #finish() {
    const failure = { message: 'The API does not know this picture any more.' };
    for (const imageId of [...this.#followed]) this.#tell({ imageId, status: 'failed', failure });
    this.#open();
  }
}
