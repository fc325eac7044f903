import type { DestinationStream } from 'pino';

interface Line {
  time: string;
  level: string;
  service: string;
  pid?: number;
  context?: string;
  msg?: string;
  err?: { stack?: string; message?: string };
}

/** Turns the logger's JSON lines into text for people: `12:00:00.000 info  api [Context] message {"more":1}`. */
export function createTextDestination(output: DestinationStream): DestinationStream {
  return { write: (json) => output.write(asText(json)) };
}

function asText(json: string): string {
  const { time, level, service, context, msg = '', err, ...more } = JSON.parse(json) as Line;
  delete more.pid;
  const words = [time.slice(11, 23), level.padEnd(5), service];
  if (context !== undefined) words.push(`[${context}]`);
  if (msg !== '') words.push(msg);
  if (Object.keys(more).length > 0) words.push(JSON.stringify(more));
  const stack = err ? `\n${err.stack ?? err.message ?? ''}` : '';
  return `${words.join(' ')}${stack}\n`;
}
