export { describe, Expected, IfGiven, isText, isWhole, refuseUnexpected } from './expected.decorator.js';
export { wellFormed } from './well-formed.js';
