/** The page's one story: pictures come in, each gets a card, is sent to the API, and is followed until it has words. */
import { announce } from './announce.js';
import { enterKey, hasKey, whenKeyChanges } from './api-key.js';
import { Card } from './card.js';
import { Gallery } from './gallery.js';
import { chosenDetails } from './options.js';
import { ProgressFollower } from './progress.js';
import { listenForPictures } from './sources.js';
import { isGalleryOn, isKeyRequired } from './settings.js';
import { newKey, SubmissionError, submit } from './submit.js';
import { tryAgain } from './try-again.js';

const cards = document.getElementById('cards');
const connection = document.getElementById('connection');
/** Images that were sent from here. */
const own = new Set();
const follower = new ProgressFollower({
  onConnection(isUp) {
    connection.hidden = isUp;
    connection.textContent = isUp ? '' : 'The connection to the API is lost. The page goes on as soon as it is back.';
  },
});

listenForPictures((pictures) => {
  const details = chosenDetails();
  if (!details) return false;
  document.getElementById('empty').hidden = true;
  const exhibits = pictures.map((picture) => ({ picture, details, key: newKey() }));
  for (const exhibit of exhibits) exhibit.card = new Card(exhibit.picture, { onRetry: () => again(exhibit) });
  cards.prepend(...exhibits.map(({ card }) => card.element));
  for (const exhibit of exhibits) describe(exhibit);
  return true;
});

const isShownAbove = (imageId) => own.has(imageId);
const gallery = new Gallery(document.getElementById('latest'), { isShownAbove, retry: tryAgain });
showGallery();
whenKeyChanges(showGallery);

/** What a key's client has submitted, and without a key what all have, where that is shown. */
function showGallery() {
  const isShown = hasKey() || (isGalleryOn && !isKeyRequired);
  document.getElementById('empty').hidden = isShown || own.size > 0;
  document.getElementById('latest-title').textContent = hasKey() ? 'Submitted last with your key' : 'Submitted last';
  if (isShown) gallery.open();
  else gallery.close();
}

/** Sends one picture and follows it. The same key until the API has answered: a second try makes no second image. */
async function describe(exhibit) {
  const { card, details, picture } = exhibit;
  card.send();
  try {
    const imageId = await submit(picture, details, exhibit.key);
    exhibit.key = newKey();
    exhibit.imageId = imageId;
    own.add(imageId);
    card.accept(imageId);
    follow(exhibit);
  } catch (error) {
    if (!(error instanceof SubmissionError)) throw error;
    if (error.isAnswer) exhibit.key = newKey();
    card.refuse(error.message, error.isAnswer);
    if (error.wantsKey) enterKey();
    announce(`${picture.name} was not taken: ${error.message}`);
  }
}

/** An image that has failed is tried again as it is; where that cannot be, its picture is sent anew. */
async function again(exhibit) {
  const { card, imageId } = exhibit;
  if (imageId === undefined) return describe(exhibit);
  card.send();
  try {
    await tryAgain(imageId);
  } catch {
    return describe(exhibit);
  }
  card.accept(imageId);
  follow(exhibit);
}

function follow({ card, picture, imageId }) {
  follower.follow(imageId, (view) => {
    card.update(view);
    if (view.status === 'described') announce(`${picture.name}: ${view.description}`);
    if (view.status === 'failed') announce(`${picture.name} failed: ${card.words}`);
  });
}
