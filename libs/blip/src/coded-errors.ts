/* By a relative path: plain tsc, which compiles this library for its command line, does not rewrite aliases. */
export { CodedError, fromFailure, isCodedError, toFailure, type Failure } from '../../errors/src/index.js';
