export { CodedError, codeOf, isCodedError, type CodedErrorOptions, type Deferral } from './coded-error.js';
export { fromFailure, toFailure, type Failure } from './failure.js';
export { InvalidRequestError } from './invalid-request.error.js';
