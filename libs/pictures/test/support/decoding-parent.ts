import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { setTimeout as pause } from 'node:timers/promises';
import { startDecoding } from './decoding.js';
import { scanBomb } from './hostile-pictures.js';
import { pngPicture } from './pictures.js';

/** A program that has a picture decoded that takes minutes, and prints the id of the process that is at it. */
async function main(): Promise<void> {
  let child: ChildProcess | undefined;
  subscribe('child_process', (message) => (child = (message as { process: ChildProcess }).process));
  const decoding = startDecoding(1, { seconds: 1_000 });
  const { signal } = new AbortController();
  const bomb = await scanBomb(60_000);
  await decoding.call(await pngPicture(1), signal);
  const working = decoding.call(bomb, signal);
  // nobody tells that native code is at work
  await pause(1_000);
  process.stdout.write(`${child?.pid}\n`);
  await working;
}

void main();
