import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { BareLoop } from './bare-loop.task.js';

/** Reads, processes and writes the files in so many processes, with sharp and nothing else. @returns seconds */
export async function runBareLoop(
  files: readonly string[],
  outputDirectory: string,
  processes: number,
): Promise<number> {
  const children = Array.from({ length: processes }, () => fork(join(__dirname, 'bare-loop.task.js')));
  try {
    await Promise.all(children.map((child) => once(child, 'message')));
    const begun = performance.now();
    await Promise.all(
      children.map((child, index) =>
        work(child, { files: files.filter((_, each) => each % processes === index), outputDirectory }),
      ),
    );
    return (performance.now() - begun) / 1000;
  } finally {
    for (const child of children) child.kill();
  }
}

async function work(child: ChildProcess, loop: BareLoop): Promise<void> {
  const done = once(child, 'message');
  child.send(loop);
  await done;
}
