import { Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { observeResponses } from '../fastify-hooks.js';
import { createHttpMetrics } from './http-metrics.js';
import { JsonMetrics } from './json-metrics.js';
import { MessagingMetrics } from './messaging-metrics.js';
import { MetricsController } from './metrics.controller.js';

/**
 * The app's metrics: a `Registry` of its own, which features inject to add theirs, `MessagingMetrics`, the metrics of its
 * HTTP answers, `JsonMetrics`, and `GET /metrics`.
 */
@Module({})
export class MetricsModule implements OnModuleInit {
  static forRoot(): DynamicModule {
    return {
      module: MetricsModule,
      global: true,
      controllers: [MetricsController],
      providers: [{ provide: Registry, useFactory: createRegistry }, JsonMetrics, MessagingMetrics],
      exports: [Registry, JsonMetrics, MessagingMetrics],
    };
  }

  constructor(
    private readonly httpAdapterHost: HttpAdapterHost,
    private readonly registry: Registry,
  ) {}

  onModuleInit(): void {
    observeResponses(this.httpAdapterHost, createHttpMetrics(this.registry));
  }
}

function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
