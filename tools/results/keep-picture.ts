import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keeps what a monitor has seen as a picture beside the runs. @returns the file */
export function keepPicture(results: string, tool: string, svg: string): string {
  mkdirSync(results, { recursive: true });
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const file = join(results, `${time}-${tool}.svg`);
  writeFileSync(file, svg);
  return file;
}
