/** What a process knows of ids that were given out, beside those that it gave out itself. */
export abstract class KnownIds {
  /** 0 where it knows of none. */
  abstract readonly highest: number;
}

/** Of a process that keeps no ids: it goes by the high-water mark in storage. */
export const noKnownIds: KnownIds = { highest: 0 };
