import type { SandboxPart } from './sandbox-steps.js';
import type { Sandbox } from './sandbox.js';

/** What it needs of a logger. */
interface SandboxLogger {
  log(line: string): void;
  warn(line: string): void;
}

const meanings: Readonly<Record<SandboxPart, string>> = {
  limits: 'limits on memory, files and processes',
  network: 'no network',
  files: 'no files but their own',
  user: 'another user',
  privileges: 'no privileges',
};

/** Says once, when a worker starts, what the processes that decode pictures are kept from here, and what not and why. */
export function reportSandbox(logger: SandboxLogger, { parts, missing }: Sandbox): void {
  const inForce = parts.map((part) => meanings[part]).join(', ') || 'nothing';
  const lacking = Object.entries(missing).map(([part, why]) => `${meanings[part as SandboxPart]} (${why})`);
  const line = `sandbox of the picture decoders: ${inForce}`;
  if (lacking.length === 0) logger.log(line);
  else logger.warn(`${line}; not in force: ${lacking.join(', ')}`);
}
