import { parseHttpUrl } from '@ekphrasis/fetching';
import { wellFormed } from '@ekphrasis/validation';

/** The longest URL that is taken, in UTF-16 units. */
export const longestWebhookUrl = 2_048;

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * Whether events can be sent there: an absolute http or https URL without user and password. Whether the address may be connected to is
 * decided when it is, as with pictures: a name may have another one by then.
 */
export function isWebhookUrl(text: unknown): text is string {
  if (typeof text !== 'string' || text.length > longestWebhookUrl || controlCharacter.test(text)) return false;
  if (!/^https?:\/\//i.test(text) || wellFormed(text) !== text) return false;
  try {
    parseHttpUrl(text);
    return true;
  } catch {
    return false;
  }
}
