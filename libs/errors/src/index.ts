export { CodedError, codeOf, isCodedError, type CodedErrorOptions } from './coded-error.js';
