import { parentPort } from 'node:worker_threads';
import { factorial } from './factorial.js';

/** The thread on which large factorials are computed: is sent n, and sends back n and n!. */
parentPort?.on('message', (n: number) => parentPort?.postMessage({ n, value: factorial(n) }));
