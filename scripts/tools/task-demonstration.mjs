// @ts-check
import { randomUUID } from 'node:crypto';

/** @typedef {Awaited<ReturnType<import('./task-requests.mjs').openTaskClient>>['ask']} Ask */

/**
 * Walks through what the API over AMQP does, each step in words and with its answer.
 *
 * @param {Ask} ask
 */
export async function showDemonstration(ask) {
  const user = { email: `ada-${randomUUID().slice(0, 8)}@example.com`, password: 'correct horse battery staple' };
  tell('Is anybody there?', await ask({ action: 'health_check' }));
  tell(`${user.email} registers.`, await ask({ action: 'register', data: { ...user, full_name: 'Ada Lovelace' } }));
  const login = await ask({ action: 'login', data: user });
  tell('She logs in; the token goes with what she asks from now on.', shortened(login));
  const auth = login.data?.access_token ?? '';

  const milk = await ask({ action: 'create_task', auth, data: { title: 'Buy milk', due_date: '2030-01-01' } });
  tell('She makes a task.', milk);
  tell('She lists her tasks.', await ask({ action: 'list_tasks', auth }));
  const changes = { task_id: milk.data?.id, status: 'in_progress', priority: 'high' };
  tell(
    'She changes it, by the second version, which knows priorities.',
    await ask({ action: 'update_task', version: 'v2', auth, data: changes }),
  );

  const id = randomUUID();
  for (const what of ['asks for another task', 'sends that request a second time', 'sends it a third time']) {
    tell(
      `She ${what}, under the id ${id.slice(0, 8)}….`,
      await ask({ action: 'create_task', id, auth, data: { title: 'Buy bread' } }),
    );
  }
  const { data: tasks } = await ask({ action: 'list_tasks', auth });
  console.log(
    `   so there is one such task: ${tasks.filter((/** @type {{ title: string }} */ { title }) => title === 'Buy bread').length}\n`,
  );

  tell(
    'She asks for what there is not: refused at once, with a copy in api.requests.dlq.',
    await ask({ action: 'no_such_action', auth }),
  );
  console.log('She asks for something that fails for now: it waits in api.requests.retry, is tried three times more …');
  const begun = performance.now();
  const failing = await ask({ action: 'create_task', auth, data: { title: 'Never', simulate_temp_error: true } });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  if (failing.status === 'error')
    tell(`… and is given up after ${seconds} s, with a copy in api.requests.dlq.`, failing);
  else
    console.log(
      '   but nothing failed: that takes a server that runs with DEMO_ERRORS=on (DEMO_ERRORS=on npm start)\n',
    );
}

/**
 * @param {string} what
 * @param {import('./task-requests.mjs').Answer} answer
 */
function tell(what, { status, data, error }) {
  console.log(`${what}\n   ${status}: ${JSON.stringify(status === 'ok' ? data : error)}\n`);
}

/** @param {import('./task-requests.mjs').Answer} answer */
function shortened(answer) {
  const token = answer.data?.access_token;
  return token ? { ...answer, data: { ...answer.data, access_token: `${token.slice(0, 12)}…` } } : answer;
}
