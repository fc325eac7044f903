import type { HttpAdapterHost } from '@nestjs/core';

/** What our hooks read of Fastify's request and reply. */
export interface ObservedRequest {
  id: string;
  method: string;
  url: string;
  /** `url` is the route's pattern, such as `/images/:image_id`; undefined where no route matched. */
  routeOptions: { url?: string };
}

export interface ObservedReply {
  statusCode: number;
  /** Milliseconds since the request came. */
  elapsedTime: number;
  getHeader(name: string): unknown;
}

/** Called once an answer has been sent, or its connection has gone. */
export type ResponseObserver = (request: ObservedRequest, reply: ObservedReply) => void;

interface FastifyHooks {
  addHook(
    name: 'onResponse',
    hook: (request: ObservedRequest, reply: ObservedReply, done: () => void) => void,
  ): unknown;
}

/** Watches every answer of a Nest app on Fastify; does nothing in an app without HTTP, or on another adapter. */
export function observeResponses({ httpAdapter }: HttpAdapterHost, observe: ResponseObserver): void {
  if (httpAdapter?.getType() !== 'fastify') return;
  httpAdapter.getInstance<FastifyHooks>().addHook('onResponse', (request, reply, done) => {
    observe(request, reply);
    done();
  });
}
