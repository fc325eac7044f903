import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { ResolveHost } from '@ekphrasis/fetching';

/** The addresses of a name, of both families; or how the server fails: with a code of RFC 1035, a torn packet, or silence. */
export type NameAnswer = readonly string[] | 'no-such-name' | 'server-failure' | 'refused' | 'torn' | 'silence';
/** An answer for each family. */
export type FamilyAnswers = Record<'A' | 'AAAA', NameAnswer>;

const types = { A: 1, AAAA: 28 } as const;
const responseCodes: Record<string, number> = { 'server-failure': 2, 'no-such-name': 3, refused: 5 };

/**
 * A DNS server on a UDP port of its own. Each name has a list of answers: the first look-up of a family gets the first, the
 * second the second, and the last one stays.
 */
export class NameServer {
  /** What was asked, in its order: `A cats.example`. */
  readonly questions: string[] = [];
  private readonly names = new Map<string, readonly (NameAnswer | FamilyAnswers)[]>();

  private constructor(private readonly socket: Socket) {
    socket.on('message', (message, from) => this.respond(message, from));
  }

  static async start(): Promise<NameServer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new NameServer(socket);
  }

  /** What a name answers, time after time. */
  answer(name: string, ...answers: readonly (NameAnswer | FamilyAnswers)[]): void {
    this.names.set(name, answers);
  }

  /** As `FETCH_NAME_SERVERS` has it. */
  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  /** Looks names up here, as the system's resolver does elsewhere: both families, each asked once. */
  resolver(): ResolveHost {
    const resolver = new Resolver({ timeout: 1_000, tries: 1 });
    resolver.setServers([this.address]);
    return async (hostname) => {
      const families = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
      const addresses = families.flatMap((family) => (family.status === 'fulfilled' ? family.value : []));
      const failure = families.find((family) => family.status === 'rejected');
      if (addresses.length === 0 && failure) throw failure.reason;
      return addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
    };
  }

  async stop(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }

  private respond(query: Buffer, from: RemoteInfo): void {
    const { name, type, end } = questionOf(query);
    const family = type === types.AAAA ? 'AAAA' : 'A';
    const question = `${family} ${name}`;
    this.questions.push(question);
    const answers = this.names.get(name) ?? ['no-such-name'];
    const asked = this.questions.filter((each) => each === question).length;
    const given = answers[Math.min(asked, answers.length) - 1]!;
    const answer = typeof given === 'object' && 'A' in given ? given[family] : given;
    if (answer === 'silence') return;
    const records = Array.isArray(answer) ? recordsOf(answer as readonly string[], family) : [];
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(0x8180 | (typeof answer === 'string' ? (responseCodes[answer] ?? 0) : 0), 2);
    head.writeUInt16BE(answer === 'torn' ? 9 : records.length, 6);
    head.writeUInt32BE(0, 8);
    this.socket.send(Buffer.concat([head, query.subarray(12, end), ...records]), from.port, from.address);
  }
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** Each refers to the question's name, of class IN, to be kept for no time. */
function recordsOf(addresses: readonly string[], family: keyof typeof types): Buffer[] {
  return addresses
    .filter((address) => isIPv6(address) === (family === 'AAAA'))
    .map((address) => {
      const bytes = ipaddr.parse(address).toByteArray();
      return Buffer.from([0xc0, 12, 0, types[family], 0, 1, 0, 0, 0, 0, 0, bytes.length, ...bytes]);
    });
}
