const keyName = 'api-key';

/** A refusal of the service, with the sentence that it gave. */
export class Refusal extends Error {
  /**
   * @param {number} status of HTTP; 0 where there was no answer
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The key is kept for this tab alone. @param {string} key */
export function useKey(key) {
  sessionStorage.setItem(keyName, key);
}

/**
 * @param {Record<string, string | number>} query
 * @returns {Promise<{ id: number, message: string, kind: string, result: string | null, error: string | null, created_at: string }[]>}
 * @throws {Refusal}
 */
export async function findResults(query) {
  const { results } = await ask(`api/results?${new URLSearchParams(query)}`);
  return results;
}

/** @param {string[]} messages @throws {Refusal} */
export async function sendMessages(messages) {
  await ask('api/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages }),
  });
}

async function ask(path, { headers = {}, ...options } = {}) {
  const key = sessionStorage.getItem(keyName);
  const authorization = key ? { authorization: `Bearer ${key}` } : {};
  let answer;
  try {
    answer = await fetch(path, {
      ...options,
      headers: { ...headers, ...authorization },
      signal: AbortSignal.timeout(15_000),
    });
  } catch {
    throw new Refusal(0, 'The service does not answer');
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  throw new Refusal(answer.status, body.detail ?? `The service answered ${answer.status}`);
}
