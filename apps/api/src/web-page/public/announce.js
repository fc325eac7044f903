const log = document.getElementById('announcements');
const mostKept = 20;

/** Says something to those who listen to the page rather than look at it. */
export function announce(text) {
  const line = document.createElement('p');
  line.textContent = text;
  log.append(line);
  while (log.childElementCount > mostKept) log.firstElementChild.remove();
}
