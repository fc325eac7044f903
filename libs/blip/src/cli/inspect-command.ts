import { openBundle } from '../bundle/bundle.js';
import { parseArguments } from './arguments.js';
import { int8Lines } from './int8-lines.js';
import { megabytes } from './progress-bar.js';

/** `inspect <bundle> [--json]` */
export async function inspectCommand(args: string[]): Promise<void> {
  const parsed = parseArguments(args, { json: { type: 'boolean' } }, 1);
  const { manifest, configuration, vocabulary } = await openBundle(parsed.positionals[0]!);
  if (parsed.flag('json')) {
    console.log(JSON.stringify({ manifest, configuration, vocabularySize: vocabulary.length }, null, 2));
    return;
  }
  const { vision, text } = configuration.model;
  const { generation } = configuration;
  const lines: [string, string][] = [
    ['name', manifest.name],
    ['precision', manifest.precision],
    ['format', String(manifest.formatVersion)],
    ['checkpoint', `${manifest.source.checkpoint} (SHA-256 ${manifest.source.sha256})`],
    ['licence', manifest.source.licence],
    ['encoder', `${vision.imageSize} px in patches of ${vision.patchSize}, ${layers(vision)}`],
    ['decoder', `${text.vocabularySize} tokens, ${layers(text)}`],
    ['generation', `${generation.numBeams} beam(s), ${generation.minLength} to ${generation.maxLength} tokens`],
    ...Object.entries(manifest.files).map(([file, { bytes }]): [string, string] => [file, megabytes(bytes)]),
  ];
  for (const [name, value] of lines) console.log(`${name.padEnd(20)}${value}`);
  if (manifest.int8) for (const line of int8Lines(manifest.int8)) console.log(line);
}

function layers({ layers, hiddenSize, heads }: { layers: number; hiddenSize: number; heads: number }): string {
  return `${layers} layers of ${hiddenSize} with ${heads} heads`;
}
