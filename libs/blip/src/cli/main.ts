import { modelCommands } from './model-commands.js';
import { runCommandLine } from './run-command-line.js';

runCommandLine(modelCommands);
