import { isDeepStrictEqual } from 'node:util';
import { until } from '../../support/until.js';
import type { Fault } from '../fault.js';
import { House } from './house.js';

const wellWithinMs = 30_000;

/** What a house is, where a fault says nothing of it. */
const usual: Fault['house'] = { staff: 'captioning', storage: 'directory' };

/** Keeps one house standing from fault to fault, and builds another where it is not the kind that the next one needs, or is not well. */
export class Houses {
  private house?: House;
  private kind?: Fault['house'];

  async wellOne({ house, name }: Fault): Promise<House> {
    const kind = { ...usual, ...house };
    if (this.house && isDeepStrictEqual(kind, this.kind) && (await isWell(this.house))) return this.house;
    await this.close();
    this.kind = kind;
    return (this.house = await House.open({ name: `faults-${name}`, ...kind }));
  }

  async close(): Promise<void> {
    const house = this.house;
    this.house = undefined;
    await house?.close();
  }
}

async function isWell(house: House): Promise<boolean> {
  const well = until('everybody is ready', () => house.isWell(), { within: wellWithinMs });
  return well.then(
    () => true,
    () => false,
  );
}
