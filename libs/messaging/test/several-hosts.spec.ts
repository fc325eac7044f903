import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Link } from '../../../test/support/network/link.js';
import { findFreePort } from '../../../test/support/setup-scripts.js';
import { until } from '../../../test/support/until.js';
import { provideVirtualHost, type VirtualHost } from '../../../test/support/virtual-host.js';
import { startMessaging, type MessagingApplication } from './messaging-application.js';
import { printRequested } from './print-job.js';

/** Real: the broker. Hosts are two links to it, one that takes connections and says nothing, and one that takes none. */
describe('several hosts of a broker (real: RabbitMQ)', () => {
  let virtualHost: VirtualHost;
  let links: [Link, Link];
  let silent: Server;
  const taken: Socket[] = [];
  let application: MessagingApplication;

  beforeEach(async () => {
    virtualHost = await provideVirtualHost();
    links = [await Link.open(virtualHost.url), await Link.open(virtualHost.url)];
    silent = createServer((socket) => taken.push(socket.on('error', () => undefined)));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const silentPort = (silent.address() as AddressInfo).port;
    const hosts = [
      ...links.map(({ url }) => new URL(url).host),
      `127.0.0.1:${silentPort}`,
      `127.0.0.1:${await findFreePort()}`,
    ];
    const url = links[0].url.replace(new URL(links[0].url).host, hosts.join());
    application = await startMessaging(url, { heartbeatS: 1, publishTimeoutMs: 1_000 });
  });
  afterEach(async () => {
    for (const link of links) await link.close();
    await application?.close();
    for (const socket of taken.splice(0)) socket.destroy();
    silent.close();
    await virtualHost?.remove();
  });

  const send = () => application.publisher.send(printRequested, { pageId: 1, tray: 'upper' }).then(() => true);

  it('are tried in turn until one answers, again after each loss', async () => {
    await send();
    for (const lost of links) {
      lost.cut();
      await until('messages are confirmed by way of the other', send);
      lost.heal();
      lost.reset();
    }
  });
});
