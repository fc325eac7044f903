import { Logger } from '@nestjs/common';
import { reportSandbox } from './sandbox-report.js';
import type { Sandbox } from './sandbox.js';

describe('the line about the decoders’ sandbox', () => {
  const report = (sandbox: Partial<Sandbox>): { log: string[]; warn: string[] } => {
    const lines = { log: [] as string[], warn: [] as string[] };
    const logger = Object.assign(new Logger(), {
      log: (line: string) => lines.log.push(line),
      warn: (line: string) => lines.warn.push(line),
    });
    reportSandbox(logger, { command: [], credentials: {}, parts: [], missing: {}, ...sandbox });
    return lines;
  };

  it('names what is in force', () => {
    expect(report({ parts: ['limits', 'network', 'files', 'user', 'privileges'] })).toEqual({
      log: [
        'sandbox of the picture decoders: limits on memory, files and processes, no network, no files but their own, another user, no privileges',
      ],
      warn: [],
    });
  });

  it('warns of what is not, with the reason', () => {
    expect(report({ parts: ['limits'], missing: { network: 'unshare: Operation not permitted' } }).warn).toEqual([
      'sandbox of the picture decoders: limits on memory, files and processes; not in force: no network (unshare: Operation not permitted)',
    ]);
    expect(report({ missing: { limits: 'prlimit is not there' } }).warn).toEqual([
      'sandbox of the picture decoders: nothing; not in force: limits on memory, files and processes (prlimit is not there)',
    ]);
  });
});
