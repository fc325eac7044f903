import { existsSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { findSandbox, type Sandbox } from '../sandbox/sandbox.js';

export interface DecoderSandboxOptions {
  /** User and group of the processes that decode, where ours may give them another one; `nobody` by default. */
  uid?: number;
  /** Memory that each of them may allocate, in MiB. */
  memoryMebibytes?: number;
}

/** A picture of 40 megapixels, the largest that is decoded, takes up to 980 MiB as AVIF; Node.js and libvips 110. */
const usualMebibytes = 2_048;
const nobody = 65_534;

/** What the compiler made of an app and its libraries: nothing lies in this directory but code. */
const ownCode = resolve(__dirname, '../../../..');
const isCompiled = extname(__filename) === '.js';
const loadSharp = 'require("node:fs").accessSync(process.argv[1]); require(process.argv[2])';
const fromSource = 'it runs from its source';

const found = new Map<string, Promise<Sandbox>>();

/** The sandbox for processes that decode strangers' pictures; looked for once in a process. */
export function decoderSandbox(options: DecoderSandboxOptions = {}): Promise<Sandbox> {
  const { uid = nobody, memoryMebibytes = usualMebibytes } = options;
  const key = `${uid} ${memoryMebibytes}`;
  const known = found.get(key) ?? find(uid, memoryMebibytes);
  found.set(key, known);
  return known;
}

function find(uid: number, memoryMebibytes: number): Promise<Sandbox> {
  const sharp = require.resolve('sharp');
  const packages = (require.resolve.paths('sharp') ?? []).filter((path) => existsSync(join(path, 'sharp')));
  return findSandbox({
    // where packages are links, what these point to as well
    readable: [ownCode, ...packages.slice(0, 1), sharp.replace(/(.*[\\/]node_modules)[\\/].*/, '$1')],
    uid,
    memoryMebibytes,
    trial: ['-e', loadSharp, __filename, sharp],
    // only tests run it so: their compiler keeps what it made among the temporary files
    unwanted: isCompiled ? {} : { files: fromSource, user: fromSource },
  });
}
