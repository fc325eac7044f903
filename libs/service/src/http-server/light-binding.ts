import { AsyncResource } from 'node:async_hooks';

/**
 * Gives `AsyncResource.bind` functions without the property `asyncResource`, which is deprecated (DEP0172) and made anew, with its getter
 * and setter, for each. Fastify binds one for each request with a body, and a third of what the API spent on an accepted image went
 * there (`npm run bench:beside`). What a bound function does is the same.
 */
export function bindLightly(): void {
  AsyncResource.prototype.bind = bind as AsyncResource['bind'];
}

/** @param thisArg what `run` has as `this`; by default, what the bound function is called on */
function bind(this: AsyncResource, run: (...args: unknown[]) => unknown, thisArg?: unknown) {
  const runInAsyncScope = this.runInAsyncScope.bind(this);
  return function bound(this: unknown, ...args: unknown[]): unknown {
    return runInAsyncScope(run, thisArg === undefined ? this : thisArg, ...args);
  };
}
