import { totalmem } from 'node:os';

/** Two workers on one machine leave a third of it to everything else. */
const shareOfMemory = 1 / 3;
/** Beside the weights, which a lane holds twice at its peak: as they are and as its kernels want them. */
const workingBytes = 100e6;

/** Threads that caption, and how they are divided. */
export interface Lanes {
  lanes: number;
  threadsPerLane: number;
}

/**
 * Divides threads into lanes, each with its own copy of the weights: as many as fit into a third of the memory, which caption
 * more pictures a second; where they do not all fit, several threads share a lane.
 * @param bundleBytes size of the bundle's files
 * @param memoryBytes of the machine, or what its container is allowed
 */
export function chooseLanes(threads: number, bundleBytes: number, memoryBytes = allowedMemory()): Lanes {
  const fitting = Math.floor((memoryBytes * shareOfMemory) / (2 * bundleBytes + workingBytes));
  const lanes = Math.max(1, Math.min(threads, fitting));
  return { lanes, threadsPerLane: Math.max(1, Math.floor(threads / lanes)) };
}

/** A container without a limit reports none, or one beyond any machine. */
function allowedMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
