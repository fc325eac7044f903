/* The one place where this library leaves its folder: plain tsc keeps a relative path working, an alias it would not. */
export { CodedError, isCodedError } from '../../errors/src/index.js';
