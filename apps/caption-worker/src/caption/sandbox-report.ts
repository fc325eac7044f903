import type { Logger } from '@nestjs/common';
import type { Sandbox, SandboxPart } from '@ekphrasis/pictures';

const meanings: Readonly<Record<SandboxPart, string>> = {
  limits: 'limits on memory, files and processes',
  network: 'no network',
  files: 'no files but their own',
  user: 'another user',
  privileges: 'no privileges',
};

/** Says once, when a worker starts, what the processes that decode pictures are kept from here, and what not and why. */
export function reportSandbox(logger: Logger, { parts, missing }: Sandbox): void {
  const inForce = parts.map((part) => meanings[part]).join(', ') || 'nothing';
  const lacking = Object.entries(missing).map(([part, why]) => `${meanings[part as SandboxPart]} (${why})`);
  const line = `sandbox of the picture decoders: ${inForce}`;
  if (lacking.length === 0) logger.log(line);
  else logger.warn(`${line}; not in force: ${lacking.join(', ')}`);
}
