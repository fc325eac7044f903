// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { removeAbandonedDirectories } from './claim-directory.mjs';
import { checkNode } from './check-node.mjs';
import { installDependencies } from './install-dependencies.mjs';
import processRecords from './process-records.cjs';
import projectDirectory from './project-directory.cjs';

/**
 * What every script begins with: a Node.js that is new enough, the variables of `.env`, the packages, and nothing left over
 * from a run that was killed.
 */
export async function prepareMachine() {
  checkNode();
  const environmentFile = join(projectDirectory.projectDirectory, '.env');
  if (existsSync(environmentFile)) process.loadEnvFile(environmentFile);
  const ended = await processRecords.endLeftoverProcesses();
  if (ended.length > 0) console.log(`Ended what a killed run had left running: ${ended.join(', ')}`);
  removeAbandonedDirectories();
  await installDependencies();
}
