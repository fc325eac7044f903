/**
 * Copies the text of an element and leaves it selected where the browser gives no access to the clipboard, as it does
 * on pages that come over plain HTTP.
 *
 * @param {HTMLElement} element
 * @returns {Promise<boolean>} whether it was copied
 */
export async function copyText(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    window.getSelection().selectAllChildren(element);
    return document.execCommand('copy');
  }
}
