import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../../../..');
const present = join(root, 'libs/contracts/src/grpc');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

/** Runs the comparison that lint makes, with the .proto files of this directory as the present ones. */
function compare(directory: string): { status: number | null; output: string } {
  const [program = '', ...args] = scripts['lint:grpc']!.replace('libs/contracts/src/grpc ', `${directory} `).split(' ');
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin', program), args, {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, output: `${stdout}${stderr}` };
}

/** Real: buf. */
describe('what was released of the .proto files', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ekphrasis-proto-'));
    for (const name of readdirSync(present).filter((file) => file.endsWith('.proto'))) {
      cpSync(join(present, name), join(directory, name));
    }
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function replace(file: string, old: string, changed: string): void {
    const text = readFileSync(join(directory, file), 'utf8');
    expect(text).toContain(old);
    writeFileSync(join(directory, file), text.replace(old, changed));
  }

  it('is still there', () => expect(compare(present)).toEqual({ status: 0, output: '' }));

  it('may be added to', () => {
    replace('captioning.proto', 'string tag = 2;', 'string tag = 2;\n  string prompt = 3;');
    replace(
      'captioning.proto',
      'service Captioning {',
      'service Captioning {\n  rpc List (GetRequest) returns (Image) {}',
    );
    expect(compare(directory)).toEqual({ status: 0, output: '' });
  });

  it.each([
    [
      'a field’s number',
      'message_service.proto',
      'string group = 1',
      'string group = 2',
      /"group" on message "ABResponse"/,
    ],
    ['a field’s type', 'message_service.proto', 'int64 n = 1', 'int32 n = 1', /"n" on message "FactorialRequest"/],
    ['a field’s name', 'captioning.proto', 'string tag = 4', 'string label = 4', /from "tag" to "label"/],
    ['a list', 'captioning.proto', 'repeated int64 image_ids', 'int64 image_ids', /cardinality/],
    ['a method’s name', 'captioning.proto', 'rpc Get ', 'rpc Find ', /RPC "Get" .* was deleted/],
    ['a stream', 'captioning.proto', 'returns (stream Image)', 'returns (Image)', /streaming/],
    ['a package', 'message_service.proto', 'package message;', 'package messages;', /package/],
  ])('is not changed in %s', (_, file, old, changed, expected) => {
    replace(file, old, changed);
    const { status, output } = compare(directory);
    expect(output).toMatch(expected);
    expect(status).toBe(100);
  });
});
