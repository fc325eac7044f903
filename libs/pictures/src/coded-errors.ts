/* By a relative path: libs/blip's command line is compiled by plain tsc, which does not rewrite aliases. */
export { CodedError, codeOf, fromFailure, isCodedError, toFailure, type Failure } from '../../errors/src/index.js';
