import { join } from 'node:path';
import { ProcessClient } from '../../src/processes/process-client.js';
import type { MortalProcessAnswer, MortalProcessCall } from './mortal-process.js';

/** A program that starts a process, prints its id, and then waits for an answer that never comes. */
async function main(): Promise<void> {
  const client = new ProcessClient<MortalProcessCall, MortalProcessAnswer>(join(__dirname, 'mortal-process'), null, {
    seconds: 1_000,
    onTimeout: () => new Error('never'),
  });
  const { pid } = await client.call('live');
  process.stdout.write(`${pid}\n`);
  await client.call('wait');
}

void main();
