/**
 * Shows a picture as well as the browser can: it may not know the format, and the picture's server may not let it have
 * what it gives to ours.
 *
 * @param {HTMLImageElement} image
 * @param {import('./sources.js').Picture} picture
 * @param {() => void} onBlank called where there is nothing to show
 */
export function showThumbnail(image, picture, onBlank) {
  const objectUrl = picture.file && URL.createObjectURL(picture.file);
  const addresses = objectUrl ? [objectUrl] : addressesOf(picture);
  const release = () => objectUrl && URL.revokeObjectURL(objectUrl);
  const showNext = () => {
    if (addresses.length > 0) {
      image.src = addresses.shift();
      return;
    }
    release();
    onBlank();
  };
  image.onload = release;
  image.onerror = showNext;
  showNext();
}

/** Where the picture may be: as the API does, https:// and then http:// is tried where an address has no scheme. */
function addressesOf({ url: text }) {
  const candidates = /^https?:\/\//i.test(text) ? [text] : [`https://${text}`, `http://${text}`];
  return candidates.filter((candidate) => URL.canParse(candidate));
}
