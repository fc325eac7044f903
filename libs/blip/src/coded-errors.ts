/* By a relative path: plain tsc, which compiles this library for its command line, does not rewrite aliases. */
export { CodedError, isCodedError } from '../../errors/src/index.js';
