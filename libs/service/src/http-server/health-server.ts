import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { ServiceServer } from '../run-service.js';

/** The server of a process that strangers do not call: health and metrics. @param port 0 takes any free one, which the log tells */
export function healthServer(port: number, host: string): ServiceServer {
  return {
    adapter: new FastifyAdapter({ forceCloseConnections: true }),
    listen: async (app) => void (await app.listen(port, host)),
  };
}
