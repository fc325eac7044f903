/*
 * Starts a thread or a process whose script is TypeScript: only tests run this library from its source, where threads and
 * processes know nothing of the tests' own transformer. Compiled code never comes here.
 */
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');
const { threadId, workerData } = require('node:worker_threads');

/* Loading the compiler takes longer than most tests, so what it made is kept, by the source's content. */
const cache = join(tmpdir(), 'ekphrasis-transpiled');

function transpiled(fileName) {
  const source = readFileSync(fileName, 'utf8');
  const cached = join(cache, `${createHash('sha256').update(source).digest('hex')}.js`);
  if (existsSync(cached)) return readFileSync(cached, 'utf8');
  const typescript = require('typescript');
  const compilerOptions = {
    module: typescript.ModuleKind.CommonJS,
    target: typescript.ScriptTarget.ES2023,
    esModuleInterop: true,
  };
  const { outputText } = typescript.transpileModule(source, { compilerOptions, fileName });
  mkdirSync(cache, { recursive: true });
  const partial = `${cached}.${process.pid}-${threadId}`;
  writeFileSync(partial, outputText);
  renameSync(partial, cached);
  return outputText;
}

require.extensions['.ts'] = (module, fileName) => module._compile(transpiled(fileName), fileName);

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (request, parent, ...rest) => {
  const isOurs = request.startsWith('.') && request.endsWith('.js') && parent?.filename?.endsWith('.ts');
  const source = isOurs && resolve(parent.filename, '..', request.replace(/\.js$/, '.ts'));
  return source && existsSync(source) ? source : resolveFilename(request, parent, ...rest);
};

/* a process has its script as its first argument; its script finds the others where compiled code has them */
require(workerData ? workerData.script : process.argv.splice(2, 1)[0]);
