export { rejectionOf, withTimeLimit, type TimeLimit } from './time-limit.js';
