import { Module, type DynamicModule, type InjectionToken, type ModuleMetadata } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.js';
import type { ReadinessIndicator } from './readiness-indicator.js';
import { ReadinessModule } from './readiness-indicators.js';
import { READINESS_INDICATORS, ReadinessService } from './readiness.service.js';

/** What an app's readiness depends on, beside what its parts add to `ReadinessIndicators`. */
export interface HealthOptions {
  /** Modules that provide what is injected, unless they are global. */
  imports?: ModuleMetadata['imports'];
  /** The tokens of the factory's parameters, in their order. */
  inject?: InjectionToken[];
  /** Makes the indicators, once, when the app is created. */
  useFactory: (...dependencies: never[]) => readonly ReadinessIndicator[];
}

/** `GET /health/live` and `GET /health/ready`. */
@Module({})
export class HealthModule {
  static forRoot({ imports = [], inject = [], useFactory }: HealthOptions): DynamicModule {
    return {
      module: HealthModule,
      imports: [TerminusModule.forRoot({ logger: false }), ReadinessModule, ...imports],
      controllers: [HealthController],
      providers: [
        { provide: READINESS_INDICATORS, inject, useFactory: useFactory as (...dependencies: unknown[]) => unknown },
        ReadinessService,
      ],
    };
  }
}
