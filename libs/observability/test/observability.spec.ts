import { Controller, Get, HttpException, Logger as NestLogger, Module, Param } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import {
  HealthModule,
  Logger,
  LoggingModule,
  LoggingSettings,
  MessagingMetrics,
  MetricsModule,
  ReadinessIndicators,
  type ReadinessIndicator,
} from '@ekphrasis/observability';

@Controller('images')
class ImagesController {
  @Get(':image_id')
  async read(@Param('image_id') id: string): Promise<string> {
    if (id === 'slow') await new Promise((resolve) => setTimeout(resolve, 60));
    if (id === 'broken') throw new HttpException('broken', 503);
    new NestLogger('Images').log(`read ${id}`);
    return id;
  }
}

describe('observability (real: Nest on Fastify)', () => {
  let app: NestFastifyApplication;
  let lines: Record<string, unknown>[];
  let indicators: ReadinessIndicator[];
  let slowRequestMs = 60_000;

  beforeEach(async () => {
    lines = [];
    indicators = [];
    const settings = Object.assign(new LoggingSettings(), { LOG_SLOW_REQUEST_MS: slowRequestMs });
    const provided = { provide: 'INDICATORS', useValue: indicators };

    @Module({ providers: [provided], exports: ['INDICATORS'] })
    class IndicatorsModule {}

    const health = HealthModule.forRoot({
      imports: [IndicatorsModule],
      inject: ['INDICATORS'],
      useFactory: (given: ReadinessIndicator[]) => given,
    });
    const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
    const testing = await Test.createTestingModule({
      imports: [LoggingModule.forRoot('api', settings, destination), MetricsModule.forRoot(), health],
      controllers: [ImagesController],
    }).compile();
    app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    app.useLogger(app.get(Logger));
    await app.init();
  });
  afterEach(async () => {
    await app.close();
  });

  const get = async (url: string) => {
    const response = await app.inject({ method: 'GET', url });
    return { status: response.statusCode, text: response.payload, type: String(response.headers['content-type']) };
  };
  const json = async (url: string) => JSON.parse((await get(url)).text) as unknown;

  describe('logging', () => {
    const aboutRequests = () => lines.filter(({ context }) => context === 'Http');

    it('takes what Nest’s own loggers say', async () => {
      await get('/images/17');
      expect(lines).toContainEqual(expect.objectContaining({ service: 'api', context: 'Images', msg: 'read 17' }));
    });

    it('says nothing of a quick success or a client’s mistake', async () => {
      await get('/images/17');
      await get('/nowhere');
      expect(aboutRequests()).toEqual([]);
    });

    it('tells of a failure, without the query', async () => {
      await get('/images/broken?token=hunter2');
      expect(aboutRequests()).toEqual([
        expect.objectContaining({ level: 'error', method: 'GET', url: '/images/broken', status: 503 }),
      ]);
    });

    describe('of slow answers', () => {
      beforeAll(() => (slowRequestMs = 50));
      afterAll(() => (slowRequestMs = 60_000));

      it('tells how long they took, without the query', async () => {
        await get('/images/slow?token=hunter2');
        expect(aboutRequests()).toEqual([
          expect.objectContaining({
            level: 'warn',
            url: '/images/slow',
            status: 200,
            milliseconds: expect.any(Number),
          }),
        ]);
      });
    });
  });

  describe('metrics', () => {
    it('counts answers by route and never by path', async () => {
      await Promise.all(['/images/1', '/images/2', '/images/broken', '/a', '/b'].map(get));
      const { text, type } = await get('/metrics');
      expect(type).toContain('text/plain; version=0.0.4');
      const counts = text.split('\n').filter((line) => line.startsWith('http_server_request_duration_seconds_count'));
      expect(counts.sort()).toEqual([
        expect.stringMatching(/method="GET",http_route="\/images\/:image_id",http_response_status_code="200"} 2$/),
        expect.stringMatching(/method="GET",http_route="\/images\/:image_id",http_response_status_code="503"} 1$/),
        expect.stringMatching(/method="GET",http_route="unmatched",http_response_status_code="404"} 2$/),
      ]);
    });

    it('has the process’s own', async () => {
      expect((await get('/metrics')).text).toContain('process_resident_memory_bytes');
    });

    it('counts and times messages under OpenTelemetry’s names', async () => {
      const metrics = app.get(MessagingMetrics);
      metrics.sent({ destination: 'captions', operation: 'publish' }, 2);
      metrics.sent({ destination: 'captions', operation: 'publish', errorType: 'confirm-timeout' });
      metrics.consumed({ destination: 'captions', operation: 'consume' });
      metrics.operated({ destination: 'captions', operation: 'publish' }, 0.004);
      metrics.processed({ destination: 'captions', operation: 'consume' }, 2);
      const { text } = await get('/metrics');
      const labels = (operation: string, error = '') =>
        `messaging_system="rabbitmq",messaging_destination_name="captions",messaging_operation_name="${operation}",error_type="${error}"`;
      expect(text).toContain(`messaging_client_sent_messages_total{${labels('publish')}} 2`);
      expect(text).toContain(`messaging_client_sent_messages_total{${labels('publish', 'confirm-timeout')}} 1`);
      expect(text).toContain(`messaging_client_consumed_messages_total{${labels('consume')}} 1`);
      expect(text).toContain(`messaging_client_operation_duration_seconds_bucket{le="0.005",${labels('publish')}} 1`);
      expect(text).toContain(`messaging_process_duration_seconds_sum{${labels('consume')}} 2`);
    });
  });

  describe('health', () => {
    const well: ReadinessIndicator = { name: 'database', check: async () => undefined };
    const away = 'cannot reach amqp://user:hunter2@broker';
    const ill: ReadinessIndicator = { name: 'broker', check: () => Promise.reject(new Error(away)) };

    it('is alive whatever its indicators say', async () => {
      indicators.push(ill);
      expect(await get('/health/live')).toMatchObject({ status: 200, text: '{"status":"ok"}' });
    });

    it('is ready when every indicator is well', async () => {
      indicators.push(well);
      expect((await get('/health/ready')).status).toBe(200);
      expect(await json('/health/ready')).toMatchObject({ status: 'ok', info: { database: { status: 'up' } } });
    });

    it('is not ready when one fails, says which and why, and keeps its secrets', async () => {
      indicators.push(well, ill);
      expect((await get('/health/ready')).status).toBe(503);
      expect(await json('/health/ready')).toMatchObject({
        status: 'error',
        info: { database: { status: 'up' } },
        error: { broker: { status: 'down', message: 'cannot reach amqp://***:***@broker' } },
      });
    });

    it('asks what parts of the app have added themselves, those of one name together', async () => {
      indicators.push(well);
      const added = app.get(ReadinessIndicators);
      added.add({ ...well, name: 'broker' });
      expect(await json('/health/ready')).toMatchObject({
        info: { database: { status: 'up' }, broker: { status: 'up' } },
      });
      const remove = added.add(ill);
      expect(await json('/health/ready')).toMatchObject({ error: { broker: { status: 'down' } } });
      remove();
      expect((await get('/health/ready')).status).toBe(200);
    });

    it('logs when readiness changes, and only then', async () => {
      indicators.push(ill);
      await get('/health/ready');
      await get('/health/ready');
      indicators.pop();
      await get('/health/ready');
      const said = lines.filter(({ context }) => context === 'ReadinessService').map(({ msg }) => msg);
      expect(said).toEqual(['not ready: broker', 'ready']);
    });

    it('waits two seconds for an indicator and tells it to stop', async () => {
      const stopped = new Promise<void>((resolve) => {
        const check = (signal: AbortSignal) => {
          signal.addEventListener('abort', () => resolve());
          return new Promise<void>(() => undefined);
        };
        indicators.push({ name: 'frozen', check });
      });
      expect(await get('/health/ready')).toMatchObject({
        status: 503,
        text: expect.stringContaining('no answer within 2000 ms'),
      });
      await stopped;
    });

    it('is 1 or 0 for each indicator in the metrics, as it is when they are read', async () => {
      indicators.push(well, ill);
      const ready = async () =>
        (await get('/metrics')).text.split('\n').filter((line) => /^ekphrasis_ready/.test(line));
      expect(await ready()).toEqual([
        'ekphrasis_ready{indicator="database"} 1',
        'ekphrasis_ready{indicator="broker"} 0',
      ]);
      indicators[1] = { ...ill, check: well.check };
      expect(await ready()).toContain('ekphrasis_ready{indicator="broker"} 1');
    });

    it('asks once for probes that come together', async () => {
      const check = jest.fn(async () => undefined);
      indicators.push({ name: 'database', check });
      await Promise.all([get('/health/ready'), get('/health/ready'), get('/health/ready')]);
      expect(check).toHaveBeenCalledTimes(1);
    });
  });

  it('keeps its own calls out of the API’s documentation', () => {
    const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    expect(Object.keys(document.paths)).toEqual(['/images/{image_id}']);
  });
});
