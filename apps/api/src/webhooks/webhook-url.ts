import { checkUrlText, parseHttpUrl } from '@ekphrasis/fetching';
import { wellFormed } from '@ekphrasis/validation';

/**
 * Whether events can be sent there: an absolute http or https URL without user and password. Whether the address may be connected to is
 * decided when it is, as with pictures: a name may have another one by then.
 */
export function isWebhookUrl(text: unknown): text is string {
  try {
    const url = checkUrlText(text);
    parseHttpUrl(url);
    return /^https?:\/\//i.test(url) && wellFormed(url) === url;
  } catch {
    return false;
  }
}
