import { traced } from '@ekphrasis/tracing';
import type { ObjectStorage } from './object-storage.js';

const calls = ['read', 'readRange', 'write', 'writeOnce', 'remove'] as const;

/** The same storage, each of whose calls about one object is a span. */
export function traceStorage(storage: ObjectStorage): ObjectStorage {
  return new Proxy(storage, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const call = value.bind(target) as (...args: unknown[]) => Promise<unknown>;
      if (!calls.some((each) => each === name)) return call;
      return (...args: unknown[]) =>
        traced(`storage ${String(name)}`, { attributes: { 'ekphrasis.key': String(args[0]) } }, () => call(...args));
    },
  });
}
