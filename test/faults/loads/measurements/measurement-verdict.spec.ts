import type { AnsweredMeasurement } from '../../../support/red-client.js';
import type { ClientFacts } from './measurement-facts.js';
import { measurementVerdictOf } from './measurement-verdict.js';

const measurement = { measurement_id: '1', file_name: 'file', red: 0.5 } as AnsweredMeasurement;
const entry = { owner: 0, fileName: 'file', share: 5_000, measurement };
const counted = { images: 1, above: new Map([[3_000, 1]]) };

function judge(changes: Partial<ClientFacts>, answered: AnsweredMeasurement | undefined = measurement) {
  const facts = { listed: [[measurement], [measurement]], counted: [counted, counted], ...changes };
  return measurementVerdictOf([{ ...entry, measurement: answered }], { clients: [facts], hearings: [] });
}

describe('the verdict on measurements', () => {
  it('has nothing against one that is listed and counted once', () => {
    expect(judge({})).toMatchObject({ accepted: 1, acknowledged: 1, lost: [], duplicated: [], unexpected: [] });
  });

  it('calls one lost that a replica does not list, or statistics do not count', () => {
    expect(judge({ listed: [[measurement], []] }).lost).toEqual(['file: not listed']);
    expect(judge({ counted: [counted, { ...counted, images: 0 }] }).lost).toHaveLength(1);
  });

  it('calls one duplicated that is listed or counted twice, above a threshold too, or measured otherwise', () => {
    const other = { ...measurement, red: 0.4 };
    expect(judge({ counted: [counted, { ...counted, images: 2 }] }).duplicated).toHaveLength(1);
    expect(judge({ counted: [counted, { ...counted, above: new Map([[3_000, 2]]) }] }).duplicated).toHaveLength(1);
    expect(judge({ listed: [[measurement, measurement], [measurement]] }).duplicated).not.toEqual([]);
    expect(judge({ listed: [[other], [other]] }).duplicated).not.toEqual([]);
  });

  it('adds what receivers heard wrongly', () => {
    const hearing = { lost: ['a'], duplicated: ['b'], unexpected: ['c'] };
    const facts = { listed: [[measurement]], counted: [counted] };
    const verdict = measurementVerdictOf([entry], { clients: [facts], hearings: [hearing] });
    expect(verdict).toMatchObject({ lost: ['a'], duplicated: ['b'], unexpected: ['c'] });
  });

  it('names measurements that nobody sent', () => {
    const stranger = { ...measurement, measurement_id: '2', file_name: 'stranger' };
    expect(judge({ listed: [[measurement, stranger], [measurement]] }).unexpected).toHaveLength(1);
  });
});
