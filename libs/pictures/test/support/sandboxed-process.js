/*
 * A process of ProcessClient that tries what a decoder that was taken over would try, and tells how that went. Plain
 * JavaScript: from TypeScript it would need the compiler inside its sandbox.
 */
'use strict';
const { closeSync, readFileSync, readdirSync, writeFileSync } = require('node:fs');
const { connect } = require('node:net');

const attempts = {
  /** Whose it is, and where. */
  who: () => ({ uid: process.getuid(), gid: process.getgid(), groups: process.getgroups(), directory: process.cwd() }),
  list: (path) => readdirSync(path),
  read: (path) => readFileSync(path, 'latin1'),
  write: (path) => writeFileSync(path, 'written'),
  signal: (pid) => process.kill(pid, 0),
  parent: () => readFileSync(`/proc/${process.ppid}/environ`, 'latin1'),
  connect: (port) =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve('connected')).once('error', reject);
      socket.once('connect', () => socket.destroy());
    }),
  /** Memory outside of V8, as libraries take it. */
  allocate: (mebibytes) => Buffer.alloc(mebibytes * 2 ** 20, 1).length / 2 ** 20,
  /** The same in V8, which ends a process that gets none. */
  fill: () => {
    // its last words are those of a jest worker that dies for want of memory, and jest, which has the other end, takes them for that
    closeSync(2);
    const kept = [];
    for (;;) kept.push(new Array(2 ** 20).fill(1.5));
  },
};

process.on('message', async ({ call: { attempt, argument } }) => {
  try {
    process.send({ result: { done: await attempts[attempt](argument) } });
  } catch (error) {
    process.send({ result: { refused: error.code ?? error.message } });
  }
});
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
