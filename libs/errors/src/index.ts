export { CodedError, isCodedError, type CodedErrorOptions } from './coded-error.js';
