import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { median } from '../statistics.js';
import { throughputOf, type Throughput } from './throughput.js';

const rounds = 5;
const roundMs = 4_000;

/** A server that is asked: its `host:port`, and the group of its processes. */
export interface AskedServer {
  target: string;
  group: number;
}

/**
 * Unary calls of our service beside those of a bare server, in turns.
 * @returns the ratio of calls a second, the median of all rounds; that of calls for each second of processor time is printed beside it
 */
export async function compareWithBareServer(ours: AskedServer): Promise<number> {
  const bare = fork(join(__dirname, 'bare-server.js'), { detached: true });
  try {
    const [port] = (await once(bare, 'message')) as [number];
    const alone = { target: `127.0.0.1:${port}`, group: bare.pid! };
    const measured: [bare: Throughput, ours: Throughput][] = [];
    for (let round = 0; round < rounds; round += 1) {
      const pair = [await throughput(alone), await throughput(ours)] as [Throughput, Throughput];
      measured.push(pair);
      console.log(`unary calls on 16 channels: bare ${described(pair[0])}; message-service ${described(pair[1])}`);
    }
    const ratios = (['perSecond', 'perProcessorSecond'] as const).map((figure) =>
      median(measured.map(([one, other]) => other[figure] / one[figure])),
    );
    const [bySecond, byProcessorSecond] = ratios.map((ratio) => ratio.toFixed(2));
    console.log(
      `medians of ${rounds}: ${bySecond} of its calls a second, ${byProcessorSecond} for each second of processor time`,
    );
    return ratios[0]!;
  } finally {
    bare.kill();
  }
}

function throughput({ target, group }: AskedServer): Promise<Throughput> {
  return throughputOf(target, group, roundMs);
}

function described({ perSecond, perProcessorSecond }: Throughput): string {
  return `${perSecond.toFixed()}/s (${perProcessorSecond.toFixed()} for each second of processor time)`;
}
