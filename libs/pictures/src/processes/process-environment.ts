/** What native code and Node.js find their way by, and nothing that is ours: a stranger's picture may take the process over. */
const passedOn = new Set([
  'PATH',
  'HOME',
  'TMPDIR',
  'TEMP',
  'TMP',
  'TZ',
  'LANG',
  'LD_LIBRARY_PATH',
  'LD_PRELOAD',
  'DYLD_LIBRARY_PATH',
  'SYSTEMROOT',
  'UV_THREADPOOL_SIZE',
  'OMP_NUM_THREADS',
]);
const passedOnFamilies = /^(?:LC|VIPS|MALLOC|GLIBC)_/;

/**
 * The environment of a process that reads what strangers sent: of ours only what libraries are found and tuned by. Passwords of
 * the broker and keys of the storage are not in it, nor `NODE_OPTIONS`, with which a debugger's port would come along.
 */
export function processEnvironment(own: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(own).filter(([name]) => passedOn.has(name.toUpperCase()) || passedOnFamilies.test(name)),
  );
}
