import { isDeepStrictEqual } from 'node:util';
import { until } from '../../support/until.js';
import type { Fault } from '../fault.js';
import { TestedSystem } from './tested-system.js';

const wellWithinMs = 30_000;

/** What a system is, where a fault says nothing of it. */
const usual: Fault['system'] = { staff: 'captioning', storage: 'directory' };

/** Keeps one system standing from fault to fault, and builds another where it is not the kind that the next one needs, or is not well. */
export class TestedSystems {
  private system?: TestedSystem;
  private kind?: Fault['system'];

  async wellOne({ system, name }: Fault): Promise<TestedSystem> {
    const kind = { ...usual, ...system };
    if (this.system && isDeepStrictEqual(kind, this.kind) && (await isWell(this.system))) return this.system;
    await this.close();
    this.kind = kind;
    return (this.system = await TestedSystem.open({ name: `faults-${name}`, ...kind }));
  }

  async close(): Promise<void> {
    const system = this.system;
    this.system = undefined;
    await system?.close();
  }
}

async function isWell(system: TestedSystem): Promise<boolean> {
  const well = until('everybody is ready', () => system.isWell(), { within: wellWithinMs });
  return well.then(
    () => true,
    () => false,
  );
}
