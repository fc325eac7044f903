import { modelCommands } from '../../../libs/blip/src/cli/model-commands.js';
import { runCommandLine } from '../../../libs/blip/src/cli/run-command-line.js';
import { evaluateCommand } from './evaluate-command.js';

/** `npm run model`: the commands of libs/blip for any model, and the one that draws this model's world. */
const usage = `  evaluate <model directory> [--bundle <bundle>] [--scenes <n>] [--seed <n>] [--sheet <file.png>] [--json] [--check]
      draws scenes of the small model's world, captions them and tells how much is right`;

runCommandLine([...modelCommands, { name: 'evaluate', usage, run: evaluateCommand }]);
