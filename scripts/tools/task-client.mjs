// @ts-check
/**
 * `npm run task-client -- demo` shows what the API over AMQP does; `npm run task-client -- <action> ['<data as JSON>'] [--token …]
 * [--version v1|v2] [--id …]` asks one thing, prints the answer, and ends with 1 where it is an error.
 */
import { parseArgs } from 'node:util';
import { showDemonstration } from './task-demonstration.mjs';
import { openTaskClient } from './task-requests.mjs';

const usage = `Usage: npm run task-client -- demo
       npm run task-client -- <action> ['<data as JSON>'] [--token <token>] [--version v1|v2] [--id <id>]`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { token: { type: 'string' }, version: { type: 'string' }, id: { type: 'string' } },
});
const [action, data = '{}'] = positionals;

if (action === undefined || !isJson(data)) {
  if (action !== undefined) console.error(`Expected JSON for the data but received ${data}\n`);
  console.error(usage);
  process.exit(2);
}

try {
  const client = await openTaskClient();
  try {
    if (action === 'demo') await showDemonstration(client.ask);
    else await askOnce(client.ask);
  } finally {
    await client.close();
  }
} catch (error) {
  console.error(`The API over AMQP cannot be asked: ${/** @type {Error} */ (error).message || error}`);
  process.exitCode = 1;
}

/** @param {Awaited<ReturnType<typeof openTaskClient>>['ask']} ask */
async function askOnce(ask) {
  const version = values.version === 'v2' ? 'v2' : 'v1';
  const answer = await ask({
    action: String(action),
    data: JSON.parse(data),
    auth: values.token,
    version,
    id: values.id,
  });
  console.log(JSON.stringify(answer, undefined, 2));
  if (answer.status === 'error') process.exitCode = 1;
}

/** @param {string} text */
function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
