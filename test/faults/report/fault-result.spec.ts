import { isPassed, type Row } from './fault-result.js';

const load = { lost: [], duplicated: [], unexpected: [] };
const green = { loads: [load, load], findings: [] } as unknown as Row;
const red = { loads: [load], findings: ['no'] } as unknown as Row;
const lossy = { loads: [load, { ...load, lost: ['a job'] }], findings: [] } as unknown as Row;
const notRun = (leftOut: boolean): Row => ({ name: 'row', title: 'row', notRun: 'no disk', leftOut });

describe('a run of the fault matrix', () => {
  it('passes where every row is green, but for those that were left out', () => {
    expect(isPassed([green, notRun(true)])).toBe(true);
  });

  it('fails by a row that is not green, and by one that the machine could not run', () => {
    expect(isPassed([green, red])).toBe(false);
    expect(isPassed([green, lossy])).toBe(false);
    expect(isPassed([green, notRun(false)])).toBe(false);
  });

  it('fails where nothing was run', () => {
    expect(isPassed([notRun(true)])).toBe(false);
  });
});
