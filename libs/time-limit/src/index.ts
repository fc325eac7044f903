export { rejectionOf, withTimeLimit, type TimeLimit } from './time-limit.js';
export { WakeUp } from './wake-up.js';
