// @ts-check
/**
 * Writes what TypeScript knows of the .proto files: types of their messages and services (by proto-loader-gen-types) and, as data,
 * the files themselves, so that a program needs none of them beside it. With `--check` it writes nothing, and fails where what is
 * there is not what it would write.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import protobuf from 'protobufjs';

const sources = 'libs/contracts/src/grpc';
const generated = join(sources, 'generated');
const protos = readdirSync(sources).filter((name) => name.endsWith('.proto'));

/** @param {string} directory */
function generate(directory) {
  const options = ['--keepCase', '--longs=Number', '--defaults', '--grpcLib=@grpc/grpc-js', '--includeComments'];
  const extensions = ['--importFileExtension=.js'];
  const program = 'node_modules/@grpc/proto-loader/build/bin/proto-loader-gen-types.js';
  execFileSync(process.execPath, [program, ...options, ...extensions, ...protos, '-O', directory, '-I', sources], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const files = protos.map((name) => {
    const { nested } = protobuf.parse(readFileSync(join(sources, name), 'utf8'), { keepCase: true }).root.toJSON();
    return `  '${name}': ${JSON.stringify({ nested }, undefined, 2)},`;
  });
  const text = `// Made of the .proto files by scripts/generate-grpc.mjs\nexport const protoFiles = {\n${files.join('\n')}\n} as const;\n`;
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

function check() {
  const fresh = mkdtempSync(join(tmpdir(), 'ekphrasis-grpc-'));
  try {
    generate(fresh);
    const names = new Set([...filesOf(fresh), ...filesOf(generated)]);
    /** @param {string} directory @param {string} name */
    const read = (directory, name) => {
      const path = join(directory, name);
      return filesOf(directory).includes(name) ? readFileSync(path, 'utf8') : undefined;
    };
    const stale = [...names].filter((name) => read(fresh, name) !== read(generated, name));
    if (stale.length === 0) return;
    console.error(
      `Expected what \`npm run generate:grpc\` makes of ${sources}/*.proto but found other files in ${generated}:`,
    );
    for (const name of stale) console.error(`  ${relative('.', join(generated, name))}`);
    process.exitCode = 1;
  } finally {
    rmSync(fresh, { recursive: true });
  }
}

if (process.argv.includes('--check')) check();
else {
  rmSync(generated, { recursive: true, force: true });
  generate(generated);
}
