// @ts-check
/** Says what is going on, for steps that take seconds. */

const isTerminal = process.stdout.isTTY === true;
const clearLine = '\r\x1b[K';

/** @param {number} since a time of performance.now() */
function secondsSince(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

/**
 * Does a step, and shows its title and how long it takes: a running clock in a terminal, two lines in a log.
 *
 * @template Result
 * @param {string} title
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function showStep(title, work) {
  const start = performance.now();
  const show = () => process.stdout.write(`${clearLine}… ${title} (${secondsSince(start)})`);
  const clock = isTerminal ? setInterval(show, 100) : undefined;
  if (!isTerminal) console.log(`… ${title}`);
  const finish = (/** @type {string} */ sign) => {
    clearInterval(clock);
    console.log(`${isTerminal ? clearLine : ''}${sign} ${title} (${secondsSince(start)})`);
  };
  try {
    const result = await work();
    finish('✓');
    return result;
  } catch (error) {
    finish('✗');
    throw error;
  }
}
