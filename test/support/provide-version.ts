import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from './setup-scripts.js';

const run = promisify(execFile);

type Applications = typeof import('../../scripts/setup/applications.cjs');

/** What starts a version's applications: its own scripts. @param directory its tree */
export function applicationsOf(directory: string): Applications {
  return createRequire(join(directory, 'package.json'))('./scripts/setup/applications.cjs') as Applications;
}

export interface ProvidedVersion {
  commit: string;
  /** Its tree, with its packages, built. */
  directory: string;
}

/**
 * A version out of this repository's history, built in a tree of its own under `.run/versions`, where a later run finds it again.
 * It shares this version's packages where its lockfile is the same, and installs its own otherwise.
 *
 * @throws Error when there is no such revision, or it does not build
 */
export async function provideVersion(revision: string): Promise<ProvidedVersion> {
  const { stdout } = await run('git', ['rev-parse', '--verify', `${revision}^{commit}`], { cwd: repository });
  const commit = stdout.trim();
  const directory = join(repository, '.run', 'versions', commit);
  if (!existsSync(join(directory, 'dist'))) await build(commit, directory);
  return { commit: commit.slice(0, 12), directory };
}

async function build(commit: string, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const archive = `git archive ${commit} | tar -x -C '${directory}'`;
  await run('sh', ['-c', archive], { cwd: repository });
  if (await hasSamePackages(directory)) {
    await symlink(join(repository, 'node_modules'), join(directory, 'node_modules'));
  } else {
    await run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], { cwd: directory });
  }
  await run('npm', ['run', 'build'], { cwd: directory });
}

async function hasSamePackages(directory: string): Promise<boolean> {
  const lockfile = (of: string): Promise<string> => readFile(join(of, 'package-lock.json'), 'utf8');
  return (await lockfile(directory)) === (await lockfile(repository));
}
