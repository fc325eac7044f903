import type { ServerResponse } from 'node:http';
import { until } from '../../../test/support/until.js';
import { clearBench, fetcherWith, PICTURE, redirectTo, serve, servePicture } from './fetcher-bench.js';

describe('fetching: slow, dead and tired hosts (real: HTTP servers)', () => {
  const held: ServerResponse[] = [];

  afterEach(async () => {
    held.length = 0;
    await clearBench();
  });

  const silentServer = () => serve((_, response) => void held.push(response));
  const codeOf = (fetching: Promise<unknown>) =>
    fetching.then(
      () => 'picture',
      ({ code }: { code: string }) => code,
    );

  it('lets a host that never answers have its share of the slow downloads, and others go on', async () => {
    const silent = await silentServer();
    const good = await servePicture();
    const fetcher = fetcherWith({ FETCH_SLOW_DOWNLOADS: 8 });
    const ends: string[] = [];
    const silentOnes = Array.from({ length: 10 }, (_, index) =>
      codeOf(fetcher.fetch(silent.url(`/${index}`))).then((code) => ends.push(code)),
    );
    await until('the others are turned away', () => ends.length === 8);
    expect(new Set(ends)).toEqual(new Set(['host-busy']));
    expect(fetcher.hosts.refusalOf(silent.url('/'))).toMatchObject({ code: 'host-busy' });
    expect(Buffer.from(await fetcher.fetch(good.url('/')))).toEqual(PICTURE);
    for (const response of held) response.end(PICTURE);
    await Promise.all(silentOnes);
    expect(ends.slice(8)).toEqual(['picture', 'picture']);
    expect(fetcher.hosts.refusalOf(silent.url('/'))).toBeUndefined();
  });

  it('tells its caller of a slow download, and when it is over', async () => {
    const silent = await silentServer();
    const said: boolean[] = [];
    const fetching = fetcherWith().fetch(silent.url('/'), { onSlow: (isSlow) => said.push(isSlow) });
    await until('it is slow', () => said.length === 1);
    held[0]!.end(PICTURE);
    await fetching;
    expect(said).toEqual([true, false]);
  });

  it('says nothing of one that is quick', async () => {
    const good = await servePicture();
    const onSlow = jest.fn();
    await fetcherWith().fetch(good.url('/'), { onSlow });
    expect(onSlow).not.toHaveBeenCalled();
  });

  it('asks a dead host no more after ten times, and a host that redirects to it is not to blame', async () => {
    const dead = await servePicture();
    const url = dead.url('/');
    await dead.stop();
    const shortener = await redirectTo(() => url);
    const fetcher = fetcherWith();
    for (let time = 0; time < 10; time += 1) {
      expect(await codeOf(fetcher.fetch(shortener.url(`/${time}`)))).toBe('connection-failed');
    }
    await expect(fetcher.fetch(url)).rejects.toMatchObject({
      code: 'host-unavailable',
      deferral: { key: new URL(url).host },
    });
    expect(await codeOf(fetcher.fetch(shortener.url('/again')))).toBe('host-unavailable');
    expect(fetcher.hosts.refusalOf(shortener.url('/'))).toBeUndefined();
    expect(shortener.requests).toHaveLength(11);
  });

  it.each([429, 503])('waits for as long as a server asks for with %d and Retry-After', async (status) => {
    const tired = await serve((_, response) => response.writeHead(status, { 'retry-after': '120' }).end());
    const fetcher = fetcherWith();
    const before = Date.now();
    const error = await fetcher.fetch(tired.url('/')).catch((reason: unknown) => reason);
    const { until: when } = (error as { deferral: { until: number } }).deferral;
    expect(when).toBeGreaterThanOrEqual(before + 120_000);
    expect(await codeOf(fetcher.fetch(tired.url('/other')))).toBe('host-unavailable');
    expect(tired.requests).toHaveLength(1);
  });

  it('takes no Retry-After from other answers, and nothing from one that makes no sense', async () => {
    const odd = await serve(({ url }, response) =>
      response.writeHead(url === '/a' ? 404 : 429, { 'retry-after': url === '/a' ? '120' : 'soon' }).end(),
    );
    const fetcher = fetcherWith();
    for (const path of ['/a', '/b']) {
      const error = await fetcher.fetch(odd.url(path)).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ deferral: undefined });
    }
    expect(odd.requests).toHaveLength(2);
  });
});
