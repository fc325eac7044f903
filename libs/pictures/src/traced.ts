/* By a relative path: libs/blip's command line is compiled by plain tsc, which does not rewrite aliases. */
export { traced } from '../../tracing/src/index.js';
