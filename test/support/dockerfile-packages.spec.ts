import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { preProcessFile } from 'typescript';

const root = resolve(__dirname, '../..');
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ');
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};

/** The packages that an image is built without. */
function left(stage: string): string[] {
  const [, commands] = new RegExp(`^FROM .* AS ${stage}-dependencies\\n(RUN .*)$`, 'm').exec(dockerfile) ?? [];
  return [...(commands ?? '').matchAll(/dependencies\.(\S+)/g)].map(([, name]) => name!);
}

/** The packages that an app asks for when it is loaded, and those that processes and threads of its libraries do. */
function askedFor(app: string): Set<string> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const waiting = [join(root, 'apps', app, 'src/main.ts')];
  for (let file = waiting.pop(); file; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const source = readFileSync(file, 'utf8').replace(/^(import|export) type [^;]*;/gm, '');
    for (const { fileName } of preProcessFile(source).importedFiles) {
      const library = /^@ekphrasis\/(.*)$/.exec(fileName)?.[1];
      if (library) waiting.push(join(root, 'libs', library, 'src/index.ts'));
      else if (fileName.startsWith('.')) waiting.push(join(dirname(file), fileName.replace(/\.js$/, '.ts')));
      else packages.add(/^(@[^/]+\/[^/]+|[^/]+)/.exec(fileName)![1]!);
    }
    // scripts of threads and processes are named without their extension
    for (const [, name] of source.matchAll(/join\(__dirname, '([\w./-]+)'\)/g)) {
      const script = join(dirname(file), `${name}.ts`);
      if (existsSync(script)) waiting.push(script);
    }
  }
  return packages;
}

describe.each([
  ['web', 'api'],
  ['worker', 'caption-worker'],
  ['image-worker', 'image-worker'],
  ['notifier', 'notifier'],
  ['messages', 'message-service'],
  ['messages', 'task-consumer'],
  ['tasks', 'task-rpc'],
])('the image of %s', (stage, app) => {
  it('leaves packages of ours aside that its app never asks for', () => {
    expect(left(stage).length).toBeGreaterThan(0);
    expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(left(stage)));
    const asked = askedFor(app);
    expect(asked).toContain('@nestjs/core');
    expect(left(stage).filter((name) => asked.has(name))).toEqual([]);
  });
});
