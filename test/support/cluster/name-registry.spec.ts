import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { findFreePort } from '../setup-scripts.js';
import { until } from '../until.js';
import { NameRegistry } from './name-registry.js';

/** Real: sockets on 127.0.0.1. Requests and answers as Erlang's distribution protocol has them. */
describe('NameRegistry', () => {
  let registry: NameRegistry;
  let sockets: Socket[];

  beforeEach(async () => {
    sockets = [];
    registry = await NameRegistry.start(await findFreePort(), new Map([['two', 0x1234]]));
  });
  afterEach(() => registry.close());

  async function ask(request: Buffer): Promise<Socket> {
    const socket = connect(registry.port, '127.0.0.1');
    sockets.push(socket);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(request.length);
    socket.write(Buffer.concat([length, request]));
    return socket;
  }

  async function answer(request: Buffer): Promise<Buffer> {
    const [data] = (await once(await ask(request), 'data')) as [Buffer];
    return data;
  }

  /** A node named `one` that listens on port 0x4321. */
  const register = () =>
    answer(
      Buffer.concat([Buffer.from([120, 0x43, 0x21, 77, 0, 0, 6, 0, 5, 0, 3]), Buffer.from('one'), Buffer.from([0, 0])]),
    );
  const placeOf = (name: string) => answer(Buffer.from(`z${name}`));

  it('takes a node’s name, and tells its port for as long as it is connected', async () => {
    expect((await register()).subarray(0, 2)).toEqual(Buffer.from([118, 0]));
    const place = await placeOf('one');
    expect(place.subarray(0, 4)).toEqual(Buffer.from([119, 0, 0x43, 0x21]));
    expect(place.subarray(12, 15).toString()).toBe('one');
    sockets[0]!.destroy();
    await until('it is forgotten', async () => (await placeOf('one')).equals(Buffer.from([119, 1])));
  });

  it('names the place that it was given for a node elsewhere', async () => {
    expect((await placeOf('two')).subarray(0, 4)).toEqual(Buffer.from([119, 0, 0x12, 0x34]));
  });

  it('lists the nodes that are registered', async () => {
    await register();
    const listed = await answer(Buffer.from('n'));
    expect(listed.readUInt32BE(0)).toBe(registry.port);
    expect(listed.subarray(4).toString()).toBe(`name one at port ${0x4321}\n`);
  });
});
