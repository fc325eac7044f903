import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const dockerfile = readFileSync(join(__dirname, '../../Dockerfile'), 'utf8');
const commands = [...dockerfile.matchAll(/^HEALTHCHECK [^[]*CMD (\[.*\])$/gm)].map(
  ([, words]) => JSON.parse(words!) as [string, ...string[]],
);

/** The exit code of an image's health check, run here against a process that answers so on its port. */
async function exitCode(
  [, ...args]: [string, ...string[]],
  statuses: Record<string, number>,
  isBehindAdminPort = false,
): Promise<number> {
  const server: Server = createServer(({ url }, response) => response.writeHead(statuses[url ?? ''] ?? 404).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = String((server.address() as AddressInfo).port);
  const ports = isBehindAdminPort ? { PORT: '1', ADMIN_PORT: port } : { PORT: port, ADMIN_PORT: '' };
  const environment = { ...process.env, ...ports, HEALTH_PORT: port };
  try {
    return await new Promise((resolve) => {
      const child = execFile(process.execPath, args, { env: environment }, () => resolve(child.exitCode ?? -1));
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('the images’ health checks', () => {
  it('are there for every application', () => {
    expect(commands).toHaveLength([...dockerfile.matchAll(/^FROM runtime AS /gm)].length);
  });

  it.each(commands.map((command, index) => ({ index, command })))(
    'number $index calls a process healthy that is alive and not ready, and no other',
    async ({ command }) => {
      expect(await exitCode(command, { '/health/live': 200, '/health/ready': 503 })).toBe(0);
      expect(await exitCode(command, { '/health/live': 503 })).toBe(1);
    },
  );

  it('ask the API at its ADMIN_PORT where it has one', async () => {
    expect(await exitCode(commands[0]!, { '/health/live': 200 }, true)).toBe(0);
  });
});
