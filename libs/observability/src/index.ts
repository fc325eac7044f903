export { HealthModule, type HealthOptions } from './health/health.module.js';
export type { ReadinessIndicator } from './health/readiness-indicator.js';
export { LikeLines } from './logging/like-lines.js';
export { createLogger } from './logging/create-logger.js';
export { createNestLogger, LoggingModule, Logger } from './logging/logging.module.js';
export { LoggingSettings } from './logging/logging.settings.js';
export { MessagingMetrics } from './metrics/messaging-metrics.js';
export { MetricsModule } from './metrics/metrics.module.js';
export { Registry } from 'prom-client';
