// @ts-check
import { join } from 'node:path';
import { buildModelTools } from '../setup/build-applications.mjs';
import { startInForeground } from '../setup/foreground.mjs';
import projectDirectory from '../setup/project-directory.cjs';

const tools = join(projectDirectory.projectDirectory, 'dist/blip/libs/blip/src/cli/main.js');

/**
 * Sees to it that the bundle of MODEL is kept, where that is set: `npm run model -- pull --if-missing`, whose progress and
 * messages go straight to ours. The workers find it by the same variables.
 *
 * @returns {Promise<number>} its exit code; 0 where there is nothing to do
 */
export async function provideModel() {
  const { MODEL, MODEL_REVISION, MODEL_PRECISION } = process.env;
  if (!MODEL) return 0;
  await buildModelTools();
  const options = [
    ...(MODEL_REVISION ? ['--revision', MODEL_REVISION] : []),
    ...(MODEL_PRECISION ? ['--precision', MODEL_PRECISION] : []),
  ];
  const pull = [tools, 'pull', '--if-missing', ...options, '--', MODEL];
  return startInForeground(process.execPath, pull, { stdio: ['ignore', 'inherit', 'inherit'] }).exited;
}
