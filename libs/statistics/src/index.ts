export { countMeasurement, type CountedMeasurement } from './count-measurement.js';
export { keepMeasurementsFrom, measurementsKeptFrom } from './kept-measurements.js';
export { lengthMs, resolutions, type Period, type Resolution } from './period.js';
export { wholeShare } from './red-share.js';
export { countRed, countRedIn, type RedBuckets, type RedCounts, type RedQuestion } from './red-statistics.js';
