import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { DatabaseUnavailableError } from '@ekphrasis/persistence';
import {
  ImageChanges,
  ImageProgress,
  ImageStatusRepository,
  StatusReader,
  type VersionedImage,
} from '@ekphrasis/images';
import { Registry } from '@ekphrasis/observability';
import { ConnectionDraining, DrainingSettings, ProblemFilter } from '@ekphrasis/service';
import { eventsOf, type ServerSentEvent } from '../../../../test/support/server-sent-events.js';
import { until } from '../../../../test/support/until.js';
import { ApiSettings } from '../api.settings.js';
import { problemKinds } from '../problem-kinds.js';
import { ProgressController } from './progress.controller.js';
import { ProgressStreams } from './progress-streams.service.js';

const mostStreams = 3;

/** Rows by id, with a version each; a fake of the repository, which can be away. */
class Images {
  readonly rows = new Map<number, VersionedImage>();
  queries = 0;
  isAway = false;

  set(
    id: number,
    version: string,
    status: VersionedImage['status'],
    description: string | null = null,
    clientId: string | null = null,
  ): void {
    const nothing = { confidence: null, captions: null, tag: null, options: null, model: null, attempts: 0 };
    const times = { queuedAt: new Date(0), startedAt: null, finishedAt: null };
    const failure = { failureCode: null, failureReason: null };
    this.rows.set(id, { id, clientId, version, status, description, ...nothing, ...failure, ...times });
  }

  async findChanged(ids: number[], versions: (string | undefined)[]) {
    this.queries += 1;
    if (this.isAway) throw new DatabaseUnavailableError(new Error('away'));
    const found = ids.map((id) => this.rows.get(id));
    return {
      changed: found.flatMap((row, index) => (row && row.version !== versions[index] ? [row] : [])),
      absent: ids.filter((id) => !this.rows.has(id)),
    };
  }
}

/** Real: an app of Nest on Fastify, and HTTP. */
describe('GET /images/events', () => {
  let app: NestFastifyApplication;
  let images: Images;
  let progress: ImageProgress;
  let registry: Registry;
  let url: string;
  let responses: IncomingMessage[];

  beforeEach(async () => {
    images = new Images();
    registry = new Registry();
    responses = [];
    const settings = { ...new ApiSettings(), EVENT_STREAMS_MAX: mostStreams, SHUTDOWN_GRACE_MS: 0 };
    const testing = await Test.createTestingModule({
      controllers: [ProgressController],
      providers: [
        ...[ImageChanges, ImageProgress, ProgressStreams, StatusReader, ConnectionDraining],
        { provide: ImageStatusRepository, useValue: images },
        { provide: Registry, useValue: registry },
        { provide: ApiSettings, useValue: settings },
        { provide: DrainingSettings, useValue: settings },
      ],
    }).compile();
    app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    app.useGlobalFilters(new ProblemFilter(problemKinds));
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
    progress = app.get(ImageProgress);
  });
  afterEach(async () => {
    for (const response of responses) response.destroy();
    await app.close();
  });

  async function open(ids: string, method = 'GET'): Promise<IncomingMessage> {
    const asked = get(`${url}/images/events?ids=${ids}`, { method, agent: false }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    responses.push(response);
    return response;
  }
  const next = async (events: AsyncGenerator<ServerSentEvent>): Promise<string> => {
    const { value } = (await events.next()) as { value: ServerSentEvent | undefined };
    if (!value) return 'the end';
    if (value.type !== 'status') return value.type;
    const { imageId, status, description } = JSON.parse(value.data) as Record<string, unknown>;
    return `${String(imageId)} ${String(status)} ${String(description)}`;
  };
  const openStreams = async (): Promise<number> => {
    const { values } = await registry.getSingleMetric('ekphrasis_event_streams')!.get();
    return values[0]!.value;
  };

  it('tells the status of each image now and whenever it changes, until all are final or unknown', async () => {
    images.set(1, 'a', 'queued');
    images.set(2, 'a', 'described', 'a cat');
    const response = await open('1,2,3');
    expect(response.headers['content-type']).toBe('text/event-stream');
    const events = eventsOf(response);
    expect([await next(events), await next(events)]).toEqual(['1 queued null', '2 described a cat']);
    images.set(1, 'b', 'processing');
    progress.announce([1, 2, 3, 4]);
    expect(await next(events)).toBe('1 processing null');
    images.set(1, 'c', 'described', 'a dog');
    progress.announce([1]);
    expect([await next(events), await next(events), await next(events)]).toEqual([
      '1 described a dog',
      'done',
      'the end',
    ]);
  });

  it('tells nothing twice when anything may have changed and nothing has', async () => {
    images.set(1, 'a', 'queued');
    const events = eventsOf(await open('1'));
    await next(events);
    const before = images.queries;
    progress.announce(undefined);
    await until('it has looked', () => images.queries > before);
    images.set(1, 'b', 'processing');
    progress.announce(undefined);
    expect(await next(events)).toBe('1 processing null');
  });

  it('goes on when the database is back', async () => {
    images.set(1, 'a', 'queued');
    const events = eventsOf(await open('1'));
    await next(events);
    images.isAway = true;
    const before = images.queries;
    progress.announce(undefined);
    await until('it has tried', () => images.queries > before);
    images.isAway = false;
    images.set(1, 'b', 'described', 'a cat');
    expect(await next(events)).toBe('1 described a cat');
  });

  it('answers 503 where the database is away from the first', async () => {
    images.isAway = true;
    const response = await open('1');
    expect(response).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
    await until('nothing is left of it', async () => (await openStreams()) === 0);
  });

  it('answers 503 and when to come back beyond as many streams as may be, and counts them', async () => {
    images.set(1, 'a', 'queued');
    const held = await Promise.all(Array.from({ length: mostStreams }, () => open('1')));
    expect(await openStreams()).toBe(mostStreams);
    const refused = await open('1');
    expect(refused).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
    held[0]!.destroy();
    await until('its place is free', async () => (await openStreams()) === mostStreams - 1);
    expect((await open('1')).statusCode).toBe(200);
  });

  it('takes no place for a HEAD', async () => {
    const response = await open('1', 'HEAD');
    expect(response).toMatchObject({ statusCode: 200, headers: { 'content-type': 'text/event-stream' } });
    expect(await openStreams()).toBe(0);
  });

  it('tells a client that reads slowly the newest status, and keeps none of those between', async () => {
    const long = 'x'.repeat(100_000);
    for (let id = 1; id <= 200; id += 1) images.set(id, 'a', 'processing', long);
    const ids = Array.from({ length: 200 }, (_, index) => index + 1);
    // 20 MB, of which the sockets take a part; nobody reads them yet
    const response = await open(ids.join(','));
    const queries = images.queries;
    for (let change = 0; change < 100; change += 1) {
      for (const id of ids) images.set(id, `b${change}`, 'processing', `change ${change}`);
      progress.announce(ids);
      await turn();
    }
    expect(images.queries).toBe(queries);
    for (const id of ids) images.set(id, 'c', 'described', 'a cat');
    progress.announce(ids);
    const descriptions = new Map<string, number>();
    for await (const { type, data } of eventsOf(response)) {
      if (type !== 'status') continue;
      const { description } = JSON.parse(data) as { description: string };
      descriptions.set(description, (descriptions.get(description) ?? 0) + 1);
    }
    // a hundred were in hand before anything changed; of the others only the newest was ever told
    expect(Object.fromEntries(descriptions)).toEqual({ [long]: 100, 'a cat': 200 });
  });

  it('ends without `done` when the process is told to end', async () => {
    images.set(1, 'a', 'queued');
    const events = eventsOf(await open('1'));
    await next(events);
    const closing = app.get(ConnectionDraining).onModuleDestroy();
    expect(await next(events)).toBe('the end');
    await closing;
  });
});
