// @ts-check
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { applicationList } from '../setup/application-list.cjs';
import applications from '../setup/applications.cjs';
import projectDirectory from '../setup/project-directory.cjs';
import { showStep } from '../setup/progress.mjs';
import { isShuttingDown, onShutdown } from '../setup/shutdown.mjs';

/** @typedef {import('../setup/applications.cjs').RunningApplication} RunningApplication */

/**
 * How many processes of each application are started.
 *
 * @typedef {ReadonlyMap<string, number>} ProcessCounts
 */

/**
 * Starts the applications, each process with a name and a log of its own, and waits until all are ready.
 *
 * @param {ProcessCounts} counts
 * @param {Record<string, string>} environment
 * @returns {Promise<RunningApplication[]>} in the order of the list of applications
 */
export async function startApplications(counts, environment) {
  const processes = processesOf(counts);
  for (const { name } of processes) rmSync(join(projectDirectory.logDirectory, `${name}.log`), { force: true });
  const start = () =>
    Promise.all(
      processes.map(async ({ application, name }) => {
        const isTold = application.ports?.some(({ variable }) => variable === application.httpPort);
        const port = isTold ? Number(environment[application.httpPort]) : undefined;
        const running = await applications.startApplication(application.name, { environment, name, port });
        onShutdown(() => running.stop());
        return running;
      }),
    );
  const running = await showStep(`Starting ${summaryOf(counts)}`, start);
  for (const each of running) void reportUnexpectedEnd(each);
  return running;
}

/** @param {ProcessCounts} counts */
function processesOf(counts) {
  return applicationList.flatMap((application) =>
    Array.from({ length: counts.get(application.name) ?? 0 }, (_, index) => ({
      application,
      name: application.count === undefined ? application.name : `${application.name}-${index + 1}`,
    })),
  );
}

/** @param {ProcessCounts} counts */
function summaryOf(counts) {
  const several = [...counts].map(([name, count]) => (count === 1 ? name : `${count} ${name}s`));
  return several.length === 1 ? several[0] : `${several.slice(0, -1).join(', ')} and ${several.at(-1)}`;
}

/**
 * Somebody may kill a process to see what happens: nothing is lost. It is said, and all others stay.
 *
 * @param {RunningApplication} application
 */
async function reportUnexpectedEnd(application) {
  const { code, signal } = await application.exited;
  if (isShuttingDown()) return;
  console.error(`\n${application.name} has ended (${signal ?? `exit code ${code}`}) and is not started again.`);
  console.error(`The last lines of its log:\n${application.logTail()}`);
}
