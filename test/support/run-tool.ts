import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { repository } from './setup-scripts.js';

/** How a command-line tool ended, with all that it wrote. */
export interface ToolRun {
  code: number;
  output: string;
}

/** Runs a tool of `scripts/tools` as npm does, with the addresses of `environment` alone: what `npm start` tells is not looked at. */
export async function runTool(
  tool: 'grpc-client' | 'producer',
  words: string[],
  environment: Record<string, string>,
): Promise<ToolRun> {
  const script = join(repository, 'scripts/tools', `${tool}.mjs`);
  const child = spawn(process.execPath, [script, ...words], {
    env: { ...process.env, EKPHRASIS_ENVIRONMENT: '/nowhere', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code: code ?? -1, output: `${output}${errors}` };
}
