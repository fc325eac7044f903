import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystemResolver } from '../src/names/system-resolver.js';
import { until } from '../../../test/support/until.js';
import { clearBench, fetcherWith, PICTURE, servePicture } from './fetcher-bench.js';
import { NameServer } from './name-server.js';

const here = '127.0.0.1';

describe('fetching: the system’s names in our own event loop (real: a DNS server over UDP, HTTP servers, files)', () => {
  let names: NameServer;
  let directory: string;

  beforeEach(async () => {
    names = await NameServer.start();
    directory = await mkdtemp(join(tmpdir(), 'names-'));
  });
  afterEach(async () => {
    await clearBench();
    await names.stop();
    await rm(directory, { recursive: true });
  });

  const fetcher = () => fetcherWith({ FETCH_NAME_SERVERS: [names.address] });

  it('fetches five good pictures while forty names are not answered', async () => {
    const server = await servePicture();
    names.answer('good.example', [here]);
    const patient = fetcher();
    let unanswered = 40;
    const silent = Array.from({ length: unanswered }, (_, index) => {
      names.answer(`${index}.silent.example`, 'silence');
      return patient.fetch(`http://${index}.silent.example/`).catch(({ code }: { code: string }) => {
        unanswered -= 1;
        return code;
      });
    });
    const good = Array.from({ length: 5 }, (_, index) => patient.fetch(server.url(`/${index}`, 'good.example')));
    for (const picture of await Promise.all(good)) expect(Buffer.from(picture)).toEqual(PICTURE);
    expect(unanswered).toBe(40);
    expect(new Set(await Promise.all(silent))).toEqual(new Set(['dns-unavailable']));
  });

  it('gives a name up that nobody waits for any more', async () => {
    names.answer('silent.example', 'silence');
    const caller = new AbortController();
    const patient = fetcherWith({ FETCH_NAME_SERVERS: [names.address], FETCH_CONNECT_TIMEOUT_MS: 60_000 });
    const fetching = patient.fetch('http://silent.example/', { signal: caller.signal });
    await until('it is asked', () => names.questions.length === 2);
    caller.abort(new Error('shutting down'));
    await expect(fetching).rejects.toThrow('shutting down');
    // the next one asks anew, and is answered
    const server = await servePicture();
    names.answer('silent.example', [here]);
    expect(Buffer.from(await patient.fetch(server.url('/', 'silent.example')))).toEqual(PICTURE);
  });

  it('uses one family where the other is not answered', async () => {
    const server = await servePicture();
    names.answer('half.example', { A: [here], AAAA: 'silence' });
    expect(Buffer.from(await fetcher().fetch(server.url('/', 'half.example')))).toEqual(PICTURE);
  });

  it('does not take one family’s failure for a name that is not there', async () => {
    names.answer('unsure.example', { A: [], AAAA: 'server-failure' });
    await expect(fetcher().fetch('http://unsure.example/')).rejects.toMatchObject({ code: 'dns-unavailable' });
    names.answer('nothing.example', { A: [], AAAA: 'no-such-name' });
    await expect(fetcher().fetch('http://nothing.example/')).rejects.toMatchObject({ code: 'host-not-found' });
  });

  async function resolverWith({ prefersIpv6, ...files }: { hosts?: string; rules?: string; prefersIpv6?: boolean }) {
    const [hostsFile, resolverFile] = [join(directory, 'hosts'), join(directory, 'resolv.conf')];
    await writeFile(hostsFile, files.hosts ?? '');
    await writeFile(resolverFile, files.rules ?? '');
    const resolve = createSystemResolver({
      servers: [names.address],
      timeoutMs: 1_000,
      hostsFile,
      resolverFile,
      ...(prefersIpv6 !== undefined && { prefersIpv6: () => prefersIpv6 }),
    });
    return (name: string) => resolve(name, new AbortController().signal);
  }

  it('looks into the hosts file first, and asks nobody for localhost', async () => {
    const resolve = await resolverWith({ hosts: '10.1.2.3 Storage storage.lan\n' });
    expect(await resolve('STORAGE')).toEqual([{ address: '10.1.2.3', family: 4 }]);
    expect(await resolve('localhost')).toContainEqual({ address: '127.0.0.1', family: 4 });
    expect(await resolve('a.localhost.')).toContainEqual({ address: '127.0.0.1', family: 4 });
    expect(names.questions).toEqual([]);
  });

  it.each([true, false])('orders the families as the machine does: IPv6 preferred: %s', async (prefersIpv6) => {
    const resolve = await resolverWith({ prefersIpv6 });
    names.answer('both.example', { A: ['10.1.2.3', '10.1.2.4'], AAAA: ['::1'] });
    const [four, six] = [['10.1.2.3', '10.1.2.4'], ['::1']];
    const addresses = (await resolve('both.example')).map(({ address }) => address);
    expect(addresses).toEqual(prefersIpv6 ? [...six, ...four] : [...four, ...six]);
  });

  it('completes names by the search rules', async () => {
    const resolve = await resolverWith({ rules: 'search one.lan two.lan\noptions ndots:2\n' });
    names.answer('web.a.two.lan', ['10.1.2.4']);
    expect(await resolve('web.a')).toEqual([{ address: '10.1.2.4', family: 4 }]);
    names.answer('web.a', ['10.1.2.5']);
    expect(await resolve('web.a.')).toEqual([{ address: '10.1.2.5', family: 4 }]);
    const asked = names.questions.filter((question) => question.startsWith('A ')).map((question) => question.slice(2));
    expect(asked).toEqual(['web.a.one.lan', 'web.a.two.lan', 'web.a']);
  });
});
