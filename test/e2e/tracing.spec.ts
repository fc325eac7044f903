import { randomBytes } from 'node:crypto';
import { PictureHost } from '../support/picture-host.js';
import { describeWithFaults } from '../support/product.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';
import { TaskClient } from '../support/task-client.js';
import { TraceReceiver, type ReceivedSpan } from '../support/trace-receiver.js';
import { until } from '../support/until.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parentId = 'b7ad6b7169203331';

/** Real: API, worker and task-rpc as processes, and a receiver of OTLP. */
describeWithFaults('with OTEL_EXPORTER_OTLP_ENDPOINT set', () => {
  let receiver: TraceReceiver;
  let pictures: PictureHost;
  let system: SharedSystem;

  beforeAll(async () => {
    receiver = await TraceReceiver.start();
    pictures = await PictureHost.start();
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
      DEMO_ERRORS: 'on',
      RPC_RETRY_DELAY_MS: '250',
    };
    system = await startSystem({ name: 'tracing', workers: 1, others: ['task-rpc'], environment });
  });
  afterAll(async () => {
    await system?.stop();
    await pictures?.stop();
    await receiver?.stop();
  });

  it('one picture is one trace over all processes, from the request that brought it', async () => {
    const traceparent = `00-${traceId}-${parentId}-01`;
    const imageId = await system.client.submit(pictures.url('/picture.png'), { traceparent });
    await system.client.descriptionsOf([imageId]);

    // task-rpc relays what is in the outbox as well, whoever put it there
    const relays = /^ekphrasis-(api|task-rpc)$/;
    const expected: [service: string | RegExp, name: string][] = [
      ['ekphrasis-api', 'POST /images'],
      [relays, 'publish caption.requested'],
      ['ekphrasis-caption-worker', 'process caption.jobs'],
      ['ekphrasis-caption-worker', 'GET 127.0.0.1'],
      ['ekphrasis-caption-worker', 'picture process'],
      ['ekphrasis-caption-worker', 'caption'],
      ['ekphrasis-caption-worker', 'storage writeOnce'],
      ['ekphrasis-caption-worker', 'publish caption.completed'],
      ['ekphrasis-api', 'process api.completions'],
    ];
    const inTrace = (service: string | RegExp, name: string): ReceivedSpan | undefined =>
      receiver.spans.find(
        (span) =>
          span.traceId === traceId &&
          span.name === name &&
          (typeof service === 'string' ? span.service === service : service.test(span.service)),
      );
    for (const [service, name] of expected) {
      await until(`${String(service)} sends ${name}`, () => inTrace(service, name));
    }

    expect(inTrace('ekphrasis-api', 'POST /images')?.parentSpanId).toBe(parentId);
    const spans = receiver.spans.filter((span) => span.traceId === traceId);
    const known = new Set([parentId, ...spans.map(({ spanId }) => spanId)]);
    expect(spans.filter(({ parentSpanId }) => !known.has(parentSpanId ?? ''))).toEqual([]);
  });

  it.each([
    ['served', {}, ['process api.requests', 'publish reply_to']],
    ['tried again', { simulate_temp_error: true }, ['publish api.requests.retry', 'publish api.requests.dlq']],
  ])('a request over AMQP that is %s goes on with its client’s trace', async (_, data, names) => {
    const requestTrace = randomBytes(16).toString('hex');
    const client = await TaskClient.open(system.virtualHost.url);
    const headers = { traceparent: `00-${requestTrace}-${parentId}-01` };
    await client.ask('health_check', data, { properties: { headers } });
    await client.close();
    const spans = (): ReceivedSpan[] =>
      receiver.spans.filter(({ traceId: id, service }) => id === requestTrace && service === 'ekphrasis-task-rpc');
    for (const name of [...names, 'publish reply_to']) {
      await until(`it sends ${name}`, () => spans().some((span) => span.name === name));
    }
    expect(spans().find(({ name }) => name === 'process api.requests')?.parentSpanId).toBe(parentId);
    const known = new Set([parentId, ...spans().map(({ spanId }) => spanId)]);
    expect(spans().filter(({ parentSpanId }) => !known.has(parentSpanId ?? ''))).toEqual([]);
  });

  it('statements are spans, without the values in them', async () => {
    const span = await until('a statement', () => receiver.spans.find(({ name }) => name === 'WITH'));
    expect(JSON.stringify(span)).not.toContain('picture.png');
  });

  it('asks of health and metrics are no spans', () => {
    expect(receiver.spans.filter(({ name }) => /health|metrics/.test(name))).toEqual([]);
  });
});
