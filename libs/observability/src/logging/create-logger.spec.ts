import { createLogger } from './create-logger.js';
import { LoggingSettings } from './logging.settings.js';

describe('createLogger', () => {
  let lines: string[];
  const destination = { write: (line: string) => void lines.push(line) };
  const loggerWith = (settings: Partial<LoggingSettings> = {}) =>
    createLogger(Object.assign(new LoggingSettings(), settings), 'api', destination);

  beforeEach(() => (lines = []));

  it('writes one JSON object a line, with the process’s name and a readable level and time', () => {
    loggerWith().info({ image_id: 17 }, 'captioned');
    expect(JSON.parse(lines[0]!)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      service: 'api',
      pid: process.pid,
      image_id: 17,
      msg: 'captioned',
    });
  });

  it('writes nothing that is less important than its level', () => {
    loggerWith({ LOG_LEVEL: 'warn' }).info('unheard');
    loggerWith({ LOG_LEVEL: 'silent' }).fatal('unheard');
    expect(lines).toEqual([]);
  });

  it('writes no secret: not in fields, not in messages, not in errors', () => {
    const url = 'amqp://user:hunter2@broker:5672';
    const error = new Error(`cannot reach ${url}`);
    const logger = loggerWith();
    logger.error({ err: error, headers: { authorization: 'hunter2' }, password: 'hunter2' }, `lost ${url}`);
    logger.info('connecting to %s', url);
    logger.info('signed ?token=hunter2&size=1');
    expect(lines.length).toBe(3);
    expect(lines.join('')).not.toContain('hunter2');
    expect(lines.join('')).toContain('broker:5672');
  });

  it('writes no query of a URL: not in messages, not in fields, not in errors and their causes', () => {
    const url = 'https://cdn.example/cat.png?X-Amz-Signature=hunter2';
    const error = new Error('no picture', { cause: new Error(`cannot reach ${url}`) });
    loggerWith().warn({ url, err: error, context: 'Fetching' }, `lost ${url}`);
    expect(lines.join('')).not.toContain('hunter2');
    expect(JSON.parse(lines[0]!)).toMatchObject({ url: 'https://cdn.example/cat.png?***', context: 'Fetching' });
  });

  it('cuts what is longer than anybody reads, before it looks at it', () => {
    const text = `${'/'.repeat(1_000_000)}hunter2`;
    loggerWith().warn({ text, err: new Error(text) }, text);
    expect(lines[0]!.length).toBeLessThan(100_000);
    expect(lines[0]).toContain('more characters');
  });

  it('writes text for people when told to', () => {
    loggerWith({ LOG_FORMAT: 'text' }).warn({ context: 'Outbox', waiting: 3 }, 'broker is away');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} warn {2}api \[Outbox\] broker is away \{"waiting":3\}\n$/);
  });
});
