import type { Readable } from 'node:stream';

export interface ServerSentEvent {
  type: string;
  data: string;
}

/** The events of a `text/event-stream` body, until it ends. */
export async function* eventsOf(body: Readable): AsyncGenerator<ServerSentEvent> {
  body.setEncoding('utf8');
  let rest = '';
  for await (const chunk of body as AsyncIterable<string>) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    yield* blocks.map(eventOf);
  }
}

function eventOf(block: string): ServerSentEvent {
  const field = (name: string): string =>
    block
      .split('\n')
      .filter((line) => line.startsWith(`${name}: `))
      .map((line) => line.slice(name.length + 2))
      .join('\n');
  return { type: field('event') || 'message', data: field('data') };
}
