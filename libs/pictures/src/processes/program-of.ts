import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What to have Node.js run for a script that is named without its extension: what the compiler made of it, or, where there is only its
 * source, as under the tests, a program that compiles it, and the source as its argument.
 */
export function programOf(script: string): readonly [file: string, source?: string] {
  const compiled = `${script}.js`;
  return existsSync(compiled) ? [compiled] : [join(__dirname, 'typescript-entry.cjs'), `${script}.ts`];
}
