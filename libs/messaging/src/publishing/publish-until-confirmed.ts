import { setTimeout as pause } from 'node:timers/promises';

const firstPauseMs = 100;
const longestPauseMs = 5_000;

export interface PublishUntilConfirmedOptions {
  /** Whether anybody still has what is published; with nobody's channel open the broker has it back. */
  isHeld: () => boolean;
  /** Hears of every failure. */
  onFailure: (error: Error) => void;
  /** Whether it is no use any more, though it is still held. Never, by default. */
  isHopeless?: () => boolean;
}

/**
 * Publishes what must not go back to its queue (see `Settlement`): tries again, in growing pauses, for as long as it is held.
 * @returns whether it was published and confirmed
 */
export async function publishUntilConfirmed(
  publish: () => Promise<unknown>,
  { isHeld, onFailure, isHopeless = () => false }: PublishUntilConfirmedOptions,
): Promise<boolean> {
  for (let pauseMs = firstPauseMs; isHeld(); pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      await publish();
      return true;
    } catch (error) {
      onFailure(error as Error);
      if (isHopeless()) return false;
      await pause(pauseMs, undefined, { ref: false });
    }
  }
  return false;
}
