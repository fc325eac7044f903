/** What the model must reach to be shipped. Things right are both recall and precision. */
export const bars = {
  recall: 0.85,
  precision: 0.85,
  colours: 0.92,
  relation: 0.9,
  wholly: 0.7,
  confidence: 0.9,
  /** Captions per second at batch 8 on two cores. */
  speed: 60,
  /** Megabytes of memory that a loaded model takes at most. */
  memory: 150,
  /** Seconds of loading at most. */
  loading: 1,
} as const;
