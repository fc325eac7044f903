import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPictureFetcher, FetchingSettings, type PictureFetcher } from '@ekphrasis/fetching';
import { PictureServer } from './picture-server.js';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

describe('http and https (real: TLS servers with a certificate of their own)', () => {
  let fetcher: PictureFetcher;
  let tls: { key: string; cert: string };
  const servers: PictureServer[] = [];

  const servePlain = async (answer: RequestListener) => remember(await PictureServer.start(answer));
  const serveTls = async (answer: RequestListener) => remember(await PictureServer.start(answer, '127.0.0.1', 0, tls));
  const remember = (server: PictureServer) => (servers.push(server), server);

  const believe = (certificateAuthority: string | undefined) => {
    const settings = Object.assign(new FetchingSettings(), { FETCH_ALLOWED_NETWORKS: ['127.0.0.1'] });
    fetcher = createPictureFetcher(settings, certificateAuthority === undefined ? {} : { certificateAuthority });
  };

  beforeAll(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'ekphrasis-tls-'));
    const [key, cert] = ['key.pem', 'certificate.pem'].map((name) => join(directory, name)) as [string, string];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '1'];
    execFileSync('openssl', ['req', '-x509', '-nodes', ...curve, ...subject, '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    });
    tls = { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
    await rm(directory, { recursive: true });
  });
  beforeEach(() => {
    believe(undefined);
  });
  afterEach(async () => {
    await fetcher.close();
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  it('follows redirects from http to https and back', async () => {
    believe(tls.cert);
    const last = await servePlain((_, response) => response.end('a cat'));
    const middle = await serveTls((_, response) => response.writeHead(302, { location: last.url('/') }).end());
    const first = await servePlain((_, response) => response.writeHead(302, { location: middle.url('/') }).end());
    expect(text(await fetcher.fetch(first.url('/')))).toBe('a cat');
  });

  it.each(['http://127.0.0.2/', 'https://127.0.0.2/', '//127.0.0.2/', 'http://[::1]/'])(
    'refuses a redirect from https to the forbidden %s',
    async (location) => {
      believe(tls.cert);
      const server = await serveTls((_, response) => response.writeHead(302, { location }).end());
      await expect(fetcher.fetch(server.url('/'))).rejects.toMatchObject({ code: 'address-forbidden' });
    },
  );

  it('prefers https where the URL has no scheme', async () => {
    believe(tls.cert);
    const server = await serveTls((_, response) => response.end('a cat'));
    expect(text(await fetcher.fetch(`127.0.0.1:${server.port}/cat.png`))).toBe('a cat');
  });

  it('falls back to http where the URL has no scheme and https cannot be had', async () => {
    const server = await servePlain((_, response) => response.end('a cat'));
    expect(text(await fetcher.fetch(`127.0.0.1:${server.port}/cat.png`))).toBe('a cat');
  });

  it('does not fall back where https answered, though with an error', async () => {
    believe(tls.cert);
    const server = await serveTls((_, response) => response.writeHead(404).end());
    await expect(fetcher.fetch(`127.0.0.1:${server.port}/cat.png`)).rejects.toMatchObject({ code: 'not-found' });
    expect(server.connections).toBe(1);
  });

  it('does not believe a certificate that nobody vouches for', async () => {
    const server = await serveTls((_, response) => response.end('a cat'));
    await expect(fetcher.fetch(server.url('/'))).rejects.toMatchObject({ code: 'connection-failed', retryable: true });
    expect(server.requests).toEqual([]);
  });
});
