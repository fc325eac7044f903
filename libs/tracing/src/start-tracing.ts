import { tracing } from './tracing-state.js';

/** How long the end of a process waits for its last spans to be taken, in milliseconds. */
const lastExportMs = 2_000;

/**
 * Has spans recorded and sent by OTLP over HTTP to OTEL_EXPORTER_OTLP_ENDPOINT (or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT); does nothing,
 * and loads nothing, where neither is set or OTEL_SDK_DISABLED is `true`. The other variables are OpenTelemetry's own, e.g. OTEL_TRACES_SAMPLER:
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 *
 * @param service the process's name; `ekphrasis-<service>` is its `service.name` unless OTEL_SERVICE_NAME says otherwise
 * @returns sends what is left; to be called when the process ends
 */
export async function startTracing(service: string): Promise<() => Promise<void>> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_SDK_DISABLED, OTEL_SERVICE_NAME } =
    process.env;
  const isWanted = Boolean(OTEL_EXPORTER_OTLP_ENDPOINT || OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
  if (!isWanted || OTEL_SDK_DISABLED === 'true') return async () => undefined;
  const [
    { BatchSpanProcessor, NodeTracerProvider },
    { OTLPTraceExporter },
    { defaultResource, resourceFromAttributes },
  ] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const own = resourceFromAttributes({ 'service.name': OTEL_SERVICE_NAME || `ekphrasis-${service}` });
  const provider = new NodeTracerProvider({
    resource: defaultResource().merge(own),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  tracing.isOn = true;
  return async () => {
    const limit = new Promise<void>((resolve) => setTimeout(resolve, lastExportMs).unref());
    await Promise.race([provider.shutdown().catch(() => undefined), limit]);
  };
}
