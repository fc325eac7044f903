export { CodedError, codeOf, isCodedError, type CodedErrorOptions, type Deferral } from './coded-error.js';
