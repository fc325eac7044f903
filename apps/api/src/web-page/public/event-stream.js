/** Server-sent events over `fetch`, since `EventSource` sends no key. */
import { callApi } from './api.js';

export class EventStream {
  #ending = new AbortController();

  /**
   * @param {string} path
   * @param {object} listeners
   * @param {(type: string, data: string) => void} listeners.onEvent
   * @param {() => void} [listeners.onOpen]
   * @param {(status: number | undefined) => void} listeners.onEnd where it ends, or cannot be opened, but by `close`; with the status of an
   *   answer that was no stream
   */
  constructor(path, listeners) {
    void this.#read(path, listeners);
  }

  close() {
    this.#ending.abort();
  }

  async #read(path, { onEvent, onOpen, onEnd }) {
    const { signal } = this.#ending;
    let status;
    try {
      const response = await callApi(path, { headers: { accept: 'text/event-stream' }, cache: 'no-store', signal });
      if (!response.ok) status = response.status;
      else {
        onOpen?.();
        await eachEvent(response.body, (type, data) => signal.aborted || onEvent(type, data));
      }
    } catch {
      // whoever listens is told of the end alone
    }
    if (!signal.aborted) onEnd(status);
  }
}

/** Each event of the API is one `event` line and one `data` line. */
async function eachEvent(body, onEvent) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let piece; !(piece = await reader.read()).done;) {
    text += piece.value;
    const events = text.split('\n\n');
    text = events.pop();
    for (const event of events) {
      const fields = Object.fromEntries(event.split('\n').map(fieldOf));
      if (fields.event) onEvent(fields.event, fields.data ?? '');
    }
  }
}

function fieldOf(line) {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
}
