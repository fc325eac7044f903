import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { processEnvironment } from '../processes/process-environment.js';
import { sandboxSteps, type SandboxPart, type SandboxStep } from './sandbox-steps.js';

/** What a process is kept from, and at what cost. */
export interface SandboxRequest {
  /** Files and directories that it may read; the system's libraries and Node.js itself are added. */
  readable: readonly string[];
  /** User and group that it gets where ours may give it another one. */
  uid: number;
  /** Memory that it may allocate, in MiB. */
  memoryMebibytes: number;
  /** Arguments for Node.js: a program that ends well where what is needed works inside. */
  trial: readonly string[];
  /** Parts that are not wanted, and why. */
  unwanted?: Partial<Record<SandboxPart, string>>;
}

/** How a process is started so that it is kept from what the machine allows to keep it from. */
export interface Sandbox {
  /** Programs of the system that stand before Node.js on its command line; each sets something up and becomes the next. */
  command: readonly string[];
  /** For `spawn`, where the system has no program that changes the user. */
  credentials: { uid?: number; gid?: number };
  /** What is in force. */
  parts: readonly SandboxPart[];
  /** What is not, with the reason. */
  missing: Readonly<Partial<Record<SandboxPart, string>>>;
}

export const noSandbox: Sandbox = { command: [], credentials: {}, parts: [], missing: {} };

const run = promisify(execFile);

/** Longest time of one trial; they take milliseconds. */
const trialMs = 10_000;

/** What is given up where Node.js does not work inside all that the system allows; the first that suffices. */
const concessions: readonly (readonly SandboxPart[])[] = [
  [],
  ['user'],
  ['files'],
  ['files', 'user'],
  ['files', 'user', 'network'],
  ['files', 'user', 'network', 'limits'],
  ['files', 'user', 'network', 'limits', 'privileges'],
];

/**
 * Finds the strongest sandbox that this machine allows, by trying: what a container's runtime, its seccomp filter or the
 * kernel's settings forbid cannot be told otherwise. Takes some hundred milliseconds, most of them for one start of Node.js.
 * Never fails: what is not to be had is named in `missing`.
 */
export async function findSandbox(request: SandboxRequest): Promise<Sandbox> {
  let sandbox = noSandbox;
  let trouble: string | undefined;
  for (const parts of concessions) {
    const given = Object.fromEntries(parts.map((part) => [part, `Node.js does not work with it: ${trouble}`]));
    sandbox = await compose(request, { ...given, ...request.unwanted });
    trouble = await tryOut(sandbox, [process.execPath, ...request.trial]);
    if (!trouble) break;
  }
  return sandbox;
}

/** Of each step the first alternative that works on top of those before it. */
async function compose(request: SandboxRequest, unwanted: Sandbox['missing']): Promise<Sandbox> {
  let sandbox: Sandbox = { ...noSandbox, missing: unwanted };
  for (const step of sandboxSteps(request)) sandbox = await extend(sandbox, step);
  return sandbox;
}

async function extend(sandbox: Sandbox, step: SandboxStep): Promise<Sandbox> {
  const missing = { ...sandbox.missing };
  for (const { command, credentials = {}, parts } of step) {
    if (parts.some((part) => sandbox.missing[part] !== undefined)) continue;
    const extended = { command: [...sandbox.command, ...command], credentials, parts: [...sandbox.parts, ...parts] };
    const trouble = await tryOut({ ...extended, missing }, ['true']);
    if (!trouble) return { ...extended, missing: without(missing, parts) };
    for (const part of parts) missing[part] ??= trouble;
  }
  return { ...sandbox, missing };
}

function without(missing: Sandbox['missing'], parts: readonly SandboxPart[]): Sandbox['missing'] {
  return Object.fromEntries(Object.entries(missing).filter(([part]) => !parts.includes(part as SandboxPart)));
}

/** @returns why it does not work */
async function tryOut(sandbox: Sandbox, program: readonly string[]): Promise<string | undefined> {
  const [file, ...args] = [...sandbox.command, ...program];
  const options = { ...sandbox.credentials, cwd: '/', env: processEnvironment(), timeout: trialMs };
  try {
    await run(file!, args, options);
    return undefined;
  } catch (error) {
    return reason(error as FailedRun);
  }
}

interface FailedRun extends Error {
  code?: unknown;
  path?: string;
  stderr?: string;
}

/** The line that tells most: the error of Node.js, or what a program of the system says last. */
function reason({ code, path, stderr = '', message }: FailedRun): string {
  if (code === 'ENOENT') return `${path} is not there`;
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => /^\w*Error/.test(line)) ?? lines.at(-1) ?? message).trim();
}
