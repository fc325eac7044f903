import { stat } from 'node:fs/promises';

/** Whether a file or a directory is there, and can be reached. */
export async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
