// @ts-check
/**
 * Writes what is made of the .proto files: types of their messages and services (by proto-loader-gen-types), the files as data, so
 * that a program needs none of them beside it, and a page for people. With `--check` it writes nothing, and fails where what is there
 * is not what it would write.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { protoPage } from './proto-page.mjs';

const sources = 'libs/contracts/src/grpc';
const generated = join(sources, 'generated');
const page = 'apps/message-service/src/page/public/docs.html';
const protos = readdirSync(sources).filter((name) => name.endsWith('.proto'));

/** @param {string} name */
function protoText(name) {
  return readFileSync(join(sources, name), 'utf8');
}

/** The services of most interest to a stranger first. */
function renderPage() {
  return protoPage([...protos].reverse().map((name) => ({ name, text: protoText(name) })));
}

/** @param {string} directory */
function generate(directory) {
  const options = ['--keepCase', '--longs=Number', '--defaults', '--grpcLib=@grpc/grpc-js', '--includeComments'];
  const extensions = ['--importFileExtension=.js'];
  const program = 'node_modules/@grpc/proto-loader/build/bin/proto-loader-gen-types.js';
  execFileSync(process.execPath, [program, ...options, ...extensions, ...protos, '-O', directory, '-I', sources], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const files = protos.map((name) => {
    const { nested } = protobuf.parse(protoText(name), { keepCase: true }).root.toJSON();
    return `  '${name}': ${JSON.stringify({ nested }, undefined, 2)},`;
  });
  const text = `// Made of the .proto files by scripts/grpc/generate.mjs\nexport const protoFiles = {\n${files.join('\n')}\n} as const;\n`;
  writeFileSync(join(directory, 'proto-files.ts'), text);
}

/**
 * @param {string} directory
 * @returns {string[]} the files of it, with those of its folders
 */
function filesOf(directory) {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(directory, name)).isFile())
    .sort();
}

/**
 * @param {string} path
 * @returns {string | undefined} undefined where there is no such file
 */
function textOf(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function check() {
  const fresh = mkdtempSync(join(tmpdir(), 'ekphrasis-grpc-'));
  try {
    generate(fresh);
    const names = new Set([...filesOf(fresh), ...filesOf(generated)]);
    const stale = [...names]
      .filter((name) => textOf(join(fresh, name)) !== textOf(join(generated, name)))
      .map((name) => join(generated, name));
    if (textOf(page) !== renderPage()) stale.push(page);
    if (stale.length === 0) return;
    console.error(`Expected what \`npm run generate:grpc\` makes of ${sources}/*.proto but found something else in:`);
    for (const name of stale) console.error(`  ${name}`);
    process.exitCode = 1;
  } finally {
    rmSync(fresh, { recursive: true });
  }
}

if (process.argv.includes('--check')) check();
else {
  rmSync(generated, { recursive: true, force: true });
  generate(generated);
  writeFileSync(page, renderPage());
}
