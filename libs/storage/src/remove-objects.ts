import pLimit from 'p-limit';
import type { ObjectStorage } from './object-storage.js';

const atOnce = 32;

/**
 * Removes objects, a few at a time; one that cannot be removed keeps none of the others.
 * @param onFailure called for each that stays
 * @returns how many are gone
 */
export async function removeObjects(
  storage: Pick<ObjectStorage, 'remove'>,
  keys: readonly string[],
  onFailure: (key: string, error: Error) => void,
): Promise<number> {
  let removed = 0;
  const remove = async (key: string): Promise<void> => {
    try {
      await storage.remove(key);
      removed += 1;
    } catch (error) {
      onFailure(key, error as Error);
    }
  };
  const inTurn = pLimit(atOnce);
  await Promise.all(keys.map((key) => inTurn(remove, key)));
  return removed;
}
