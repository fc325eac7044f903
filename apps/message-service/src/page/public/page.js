import { Refusal, sendMessages, useKey } from './api.js';
import { follow, showNewest, showOlder, startFrom } from './results.js';

const form = document.querySelector('#send');
const input = document.querySelector('#messages');
const sent = document.querySelector('#sent');
const button = form.querySelector('button[type=submit]');
const search = document.querySelector('#search');
const keyForm = document.querySelector('#key');

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void send(messagesIn(input.value));
});
for (const example of document.querySelectorAll('[data-example]')) {
  example.addEventListener('click', () => void send(messagesIn(example.dataset.example)));
}
document.querySelector('#find').addEventListener('submit', (event) => event.preventDefault());
search.addEventListener('input', () => startFrom(search.value.trim()));
document.querySelector('#older').addEventListener('click', showOlder);
document.querySelector('#newest').addEventListener('click', showNewest);
keyForm.addEventListener('submit', (event) => {
  event.preventDefault();
  useKey(keyForm.querySelector('input').value.trim());
  keyForm.hidden = true;
  showNewest();
});

startFrom('');
follow();

/** @param {string} text @returns {string[]} what stands between commas, without blanks around it */
function messagesIn(text) {
  return text
    .split(',')
    .map((message) => message.trim())
    .filter((message) => message !== '');
}

/** @param {string[]} messages */
async function send(messages) {
  if (messages.length === 0) {
    sent.textContent = 'There is no message to send.';
    input.focus();
    return;
  }
  button.disabled = true;
  try {
    await sendMessages(messages);
    sent.textContent = messages.length === 1 ? `Sent: ${messages[0]}` : `Sent ${messages.length} messages.`;
    input.value = '';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    sent.textContent = error.message;
    if (error.status === 401) keyForm.hidden = false;
  } finally {
    button.disabled = false;
  }
}
