// @ts-check
import { spawn } from 'node:child_process';
import projectDirectory from './project-directory.cjs';

/**
 * Runs a program to its end.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ environment?: NodeJS.ProcessEnv, timeLimitMs?: number, shown?: boolean }} [options] `shown`: what it prints goes
 *   straight to our own output instead of being collected
 * @returns {Promise<{ code: number, output: string }>} 127 where there is no such program, 137 where its time was up
 */
export function runCommand(command, args, { environment, timeLimitMs, shown } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: projectDirectory.projectDirectory,
      env: { ...process.env, ...environment },
      stdio: shown ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      timeout: timeLimitMs,
      killSignal: 'SIGKILL',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => resolve({ code: 127, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 137, output }));
  });
}

/**
 * Runs a program that is expected to succeed.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {Parameters<typeof runCommand>[2]} [options]
 * @returns {Promise<string>} what it printed
 * @throws Error with the end of what it printed
 */
export async function runSuccessfully(command, args, options) {
  const { code, output } = await runCommand(command, args, options);
  if (code === 0) return output;
  const tail = output.trimEnd().split('\n').slice(-30).join('\n');
  throw new Error(`${[command, ...args].join(' ')} failed with exit code ${code}\n${tail}`);
}

/**
 * The npm that runs us, or the one on the PATH; npm itself is a script, which Windows and some set-ups cannot start by name.
 *
 * @param {string[]} args
 * @returns {[string, string[]]}
 */
export function npmCommand(...args) {
  const npm = process.env.npm_execpath;
  return npm?.endsWith('.js') ? [process.execPath, [npm, ...args]] : ['npm', args];
}
