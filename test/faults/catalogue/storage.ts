import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ConditionalS3Server } from '../../../libs/storage/test/conditional-s3-server.js';
import type { Fault } from '../fault.js';
import { meanwhile } from './kill-points.js';

const run = promisify(execFile);

/** Makes the object store unwell while pictures come in, and well again. */
function unwell(name: string, title: string, make: (objects: ConditionalS3Server, unwell: boolean) => void): Fault {
  return {
    name,
    title,
    system: { storage: 's3' },
    async inflict({ system, load, mark }) {
      make(system.objects, true);
      mark('unwell');
      await load.untilAccepted(meanwhile);
      make(system.objects, false);
    },
  };
}

export const storageFaults: Fault[] = [
  unwell('storage-failing', 'storage failing (S3: 503 to everything)', (objects, isUnwell) => {
    objects.status = isUnwell ? 503 : 200;
  }),
  unwell('storage-full', 'storage full (S3: 507 to writes)', (objects, isUnwell) => {
    objects.putStatus = isUnwell ? 507 : 200;
  }),
  unwell('storage-slow', 'storage slow (S3: each call takes 1.5 s)', (objects, isUnwell) => {
    objects.delayMs = isUnwell ? 1_500 : 0;
  }),
  unwell('storage-hanging', 'storage hanging (S3: no answer)', (objects, isUnwell) => {
    objects.hangs = isUnwell;
  }),
  {
    name: 'storage-away-long',
    title: 'storage failing for two minutes, longer than all rests of a retried job',
    system: { storage: 's3' },
    slow: true,
    async inflict({ system, mark }) {
      system.objects.status = 503;
      mark('failing');
      await pause(120_000);
      system.objects.status = 200;
    },
  },
  {
    name: 'directory-gone',
    title: 'storage failing (the directory is taken away)',
    system: { storage: 'directory' },
    async inflict({ system, load, mark }) {
      await system.moveStorage('/dev/null'); // no directory, nor can one be made there
      mark('taken away');
      await load.untilAccepted(meanwhile);
      await system.moveStorage();
    },
  },
  {
    name: 'directory-full',
    title: 'storage full (the directory is on a disk without a free byte)',
    system: { storage: 'directory' },
    cannotRun: () =>
      canMount() ? undefined : 'no small disk can be mounted here: only root can, outside of containers',
    async inflict({ system, load, mark }) {
      const disk = await mkdtemp(join(tmpdir(), 'ekphrasis-full-'));
      await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
      try {
        await fill(disk);
        await system.moveStorage(disk);
        mark('full');
        await load.untilAccepted(meanwhile);
        await system.moveStorage();
      } finally {
        await run('umount', ['--lazy', disk]);
        await rm(disk, { recursive: true, force: true });
      }
    },
  },
];

function canMount(): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'ekphrasis-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', directory], { stdio: 'ignore' });
    execFileSync('umount', [directory]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Writes until nothing fits any more. */
async function fill(directory: string): Promise<void> {
  for (let number = 0; ; number += 1) {
    const written = await writeFile(join(directory, `.filler-${number}`), Buffer.alloc(4_096)).then(
      () => true,
      () => false,
    );
    if (!written) return;
  }
}
