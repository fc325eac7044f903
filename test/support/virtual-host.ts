import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrivateRabbitmq } from './setup-scripts.js';

/** A broker that nobody else uses, or a part of one. */
export interface VirtualHost {
  /** `amqp://…`, with the virtual host. */
  readonly url: string;
  /** Overrides arguments of the queues whose names match: of two numbers, the broker takes the lower. Only the policy of the highest priority counts. */
  setPolicy(
    name: string,
    pattern: string,
    definition: Record<string, string | number>,
    priority?: number,
  ): Promise<void>;
  removePolicy(name: string): Promise<void>;
  /** Ends connections from the broker's side, as an operator can. @returns how many */
  closeConnections(clientName?: string): Promise<number>;
  remove(): Promise<void>;
}

/** A virtual host of the test's own on the broker that `npm test` provides; a private broker where that one has no management page. */
export async function provideVirtualHost(): Promise<VirtualHost> {
  const { RABBITMQ_URL: url, RABBITMQ_MANAGEMENT_URL: managementUrl } = process.env;
  if (url && managementUrl) {
    const name = `test-${randomUUID()}`;
    const request = managementOf(url, managementUrl);
    await request('PUT', `/vhosts/${name}`, {});
    return virtualHost(url, name, request, async () => void (await request('DELETE', `/vhosts/${name}`)));
  }
  const directory = await mkdtemp(join(tmpdir(), 'ekphrasis-broker-'));
  const broker = await startPrivateRabbitmq({ directory });
  return virtualHost(broker.url, '/', managementOf(broker.url, broker.managementUrl), async () => {
    await broker.kill();
    await broker.stop();
    await rm(directory, { recursive: true });
  });
}

type ManagementRequest = (method: string, path: string, body?: object) => Promise<unknown>;

/** Calls of RabbitMQ's management API, with the user and the password of the broker's URL. */
function managementOf(brokerUrl: string, managementUrl: string): ManagementRequest {
  const { username, password } = new URL(brokerUrl);
  const authorization = `Basic ${Buffer.from(`${username || 'guest'}:${password || 'guest'}`).toString('base64')}`;
  return async (method, path, body) => {
    const send = (): Promise<Response> =>
      fetch(`${managementUrl}/api${path}`, {
        method,
        headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(10_000),
      });
    // a connection that was kept may be closed by the broker while this process loads the next tests; all calls may be repeated
    const response = await send().catch(send);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };
}

function virtualHost(
  brokerUrl: string,
  name: string,
  request: ManagementRequest,
  remove: () => Promise<void>,
): VirtualHost {
  const url = new URL(brokerUrl);
  url.pathname = `/${encodeURIComponent(name)}`;
  const path = encodeURIComponent(name);
  return {
    url: url.href,
    async setPolicy(policy, pattern, definition, priority = 0) {
      await request('PUT', `/policies/${path}/${policy}`, { pattern, definition, priority, 'apply-to': 'queues' });
    },
    async removePolicy(policy) {
      await request('DELETE', `/policies/${path}/${policy}`);
    },
    async closeConnections(clientName) {
      const connections = (await request('GET', `/vhosts/${path}/connections`)) as {
        name: string;
        client_properties?: { connection_name?: string };
      }[];
      const chosen = connections.filter(
        ({ client_properties: properties }) => !clientName || properties?.connection_name === clientName,
      );
      await Promise.all(chosen.map((each) => request('DELETE', `/connections/${encodeURIComponent(each.name)}`)));
      return chosen.length;
    },
    remove,
  };
}
