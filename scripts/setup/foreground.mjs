// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import projectDirectory from './project-directory.cjs';
import { onShutdown } from './shutdown.mjs';

/**
 * Starts a program that uses our terminal, in the project's directory, and is ended with us.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {{ child: import('node:child_process').ChildProcess, exited: Promise<number> }} `exited` gives its exit code, 1 where a
 *   signal ended it
 */
export function startInForeground(command, args, options) {
  const child = spawn(command, args, { cwd: projectDirectory.projectDirectory, stdio: 'inherit', ...options });
  const exited = once(child, 'exit').then(([code]) => code ?? 1);
  onShutdown(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  return { child, exited };
}
