import { readEnvironment } from '@ekphrasis/configuration';
import { Inject, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Logger, LoggerModule, PinoLogger as ContextLogger } from 'nestjs-pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';
import { observeResponses } from '../fastify-hooks.js';
import { createLogger } from './create-logger.js';
import { LoggingSettings } from './logging.settings.js';
import { createRequestLog } from './request-log.js';

export { Logger } from 'nestjs-pino';

const SETTINGS = Symbol('LoggingSettings');
const ROOT_LOGGER = Symbol('RootLogger');

/**
 * The logger to create an app with, so that what its start waits for is read while it waits: Nest's own logger and everybody's
 * `new Logger(context)` of `@nestjs/common` go through pino from the first line on.
 * @param service the process's name, in every line
 * @throws InvalidEnvironmentError
 */
export function createNestLogger(service: string): Logger {
  const logger = createLogger(readEnvironment(LoggingSettings), service);
  return new Logger(new ContextLogger({ pinoHttp: { logger } }), {});
}

/** Provides the `Logger` of `createNestLogger` to whoever injects it, and logs requests. */
@Module({})
export class LoggingModule implements OnModuleInit {
  /**
   * @param service the process's name, in every line
   * @param settings by default read from the environment when the app is created
   * @param destination where lines go; by default the standard output
   */
  static forRoot(service: string, settings?: LoggingSettings, destination?: DestinationStream): DynamicModule {
    const providers = [
      { provide: SETTINGS, useFactory: () => settings ?? readEnvironment(LoggingSettings) },
      {
        provide: ROOT_LOGGER,
        inject: [SETTINGS],
        useFactory: (read: LoggingSettings) => createLogger(read, service, destination),
      },
    ];
    const roots: DynamicModule = { module: LoggingRoots, providers, exports: [SETTINGS, ROOT_LOGGER] };
    const pinoModule = LoggerModule.forRootAsync({
      imports: [roots],
      inject: [ROOT_LOGGER],
      // No routes: a child logger and an asynchronous context for each request cost more than the request.
      useFactory: (logger: PinoLogger) => ({ pinoHttp: { logger }, forRoutes: [] }),
    });
    return { module: LoggingModule, imports: [roots, pinoModule], exports: [pinoModule] };
  }

  constructor(
    private readonly httpAdapterHost: HttpAdapterHost,
    @Inject(ROOT_LOGGER) private readonly logger: PinoLogger,
    @Inject(SETTINGS) private readonly settings: LoggingSettings,
  ) {}

  onModuleInit(): void {
    const requestLogger = this.logger.child({ context: 'Http' });
    observeResponses(this.httpAdapterHost, createRequestLog(requestLogger, this.settings.LOG_SLOW_REQUEST_MS));
  }
}

/** What both our hook and nestjs-pino are made of. */
@Module({})
class LoggingRoots {}
