import { isPassed, type Row } from './fault-result.js';

const wrong = { lost: [], duplicated: [], unexpected: [], complaints: [] as string[] };
const green = wrong as unknown as Row;
const red = { ...wrong, complaints: ['no'] } as unknown as Row;
const notRun = (leftOut: boolean): Row => ({ name: 'row', title: 'row', notRun: 'no disk', leftOut });

describe('a run of the fault matrix', () => {
  it('passes where every row is green, but for those that were left out', () => {
    expect(isPassed([green, notRun(true)])).toBe(true);
  });

  it('fails by a row that is not green, and by one that the machine could not run', () => {
    expect(isPassed([green, red])).toBe(false);
    expect(isPassed([green, notRun(false)])).toBe(false);
  });

  it('fails where nothing was run', () => {
    expect(isPassed([notRun(true)])).toBe(false);
  });
});
