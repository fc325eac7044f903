import { Controller, Get, Header, Headers, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Registry } from 'prom-client';
import { JsonMetrics } from './json-metrics.js';
import { wantsJson } from './wants-json.js';

/** `GET /metrics` in Prometheus' text format; as JSON for who asks for that, in an app that tells something so. */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly registry: Registry,
    private readonly json: JsonMetrics,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @Header('vary', 'Accept')
  async read(
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('accept') accept?: string,
    @Query('format') format?: unknown,
  ): Promise<object | string> {
    const asked = format === undefined ? wantsJson(accept) : format === 'json';
    const json = asked ? await this.json.current() : undefined;
    if (json) return json;
    void reply.type(Registry.PROMETHEUS_CONTENT_TYPE);
    return this.registry.metrics();
  }
}
