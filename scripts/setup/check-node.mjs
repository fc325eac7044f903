// @ts-check
const [oldestMajor, oldestMinor] = [20, 19];

/** Stops with one clear message where this Node.js is too old for what comes next. */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  console.error(
    `Expected Node.js ${oldestMajor}.${oldestMinor} or later but this is ${process.version}. See https://nodejs.org`,
  );
  process.exit(1);
}
