/*
 * Starts a thread whose script is TypeScript: only tests run this library from its source, where worker threads know
 * nothing of the tests' own transformer. Compiled code never comes here.
 */
const { readFileSync, existsSync } = require('node:fs');
const Module = require('node:module');
const { workerData } = require('node:worker_threads');
const typescript = require('typescript');

const compilerOptions = {
  module: typescript.ModuleKind.CommonJS,
  target: typescript.ScriptTarget.ES2023,
  esModuleInterop: true,
};

require.extensions['.ts'] = (module, fileName) => {
  const source = readFileSync(fileName, 'utf8');
  module._compile(typescript.transpileModule(source, { compilerOptions, fileName }).outputText, fileName);
};

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (request, parent, ...rest) => {
  const isOurs = request.startsWith('.') && request.endsWith('.js') && parent?.filename?.endsWith('.ts');
  const source = isOurs && require('node:path').resolve(parent.filename, '..', request.replace(/\.js$/, '.ts'));
  return source && existsSync(source) ? source : resolveFilename(request, parent, ...rest);
};

require(workerData.script);
