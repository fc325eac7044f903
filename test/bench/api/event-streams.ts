import { fork } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';

export interface EventStreamsOptions {
  /** Where the API is. */
  url: string;
  streams: number;
  idsEach: number;
  /** Stream n follows `idsEach` ids from `firstId + n * idsEach`. */
  firstId: number;
}

/** What became of the streams. */
export interface EventStreamsReport {
  /** Streams that the API ended or cut. */
  ended: number;
  /** `status` events of all of them. */
  statuses: number;
}

/** Streams that a process of its own holds open. */
export interface EventStreams {
  report(): Promise<EventStreamsReport>;
  close(): Promise<void>;
}

/** Opens them all at once. Resolves when each has the first status of each of its images, or was ended. @throws where one is refused */
export async function openEventStreams(options: EventStreamsOptions): Promise<EventStreams> {
  const child = fork(join(__dirname, 'event-streams.task.js'), { serialization: 'advanced' });
  // hundreds of clients elsewhere: they must not take the processor from who measures
  setPriority(child.pid ?? 0, constants.priority.PRIORITY_LOW);
  const next = async <T>(): Promise<T> => {
    const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`event streams ended with ${code}`)));
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [T];
    return message;
  };
  child.send(options);
  await next();
  return {
    report: () => {
      child.send('report');
      return next();
    },
    close: async () => {
      child.kill();
      await once(child, 'exit');
    },
  };
}
