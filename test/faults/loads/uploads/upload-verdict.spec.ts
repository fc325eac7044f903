import type { ProcessingStatus } from '../../../support/processing-client.js';
import type { UploadFacts } from './upload-facts.js';
import type { UploadRequest } from './upload-pictures.js';
import { uploadVerdictOf } from './upload-verdict.js';

const completed = {
  status: 'completed',
  finished_at: '2026-01-01',
  result: { width: 20, height: 30 },
} as ProcessingStatus;
const failed = { status: 'failed', finished_at: '2026-01-01', result: {} } as ProcessingStatus;
const request = { width: 20, height: 30, picture: { isCorrupt: false } } as UploadRequest;
const picture = { status: 200, isWhole: true };
const hearing = { lost: [], duplicated: [], unexpected: [] };

function judge(changes: Partial<UploadFacts>, jobId: string | undefined = 'job') {
  const facts: UploadFacts = {
    jobId: 'job',
    fileName: 'file',
    statuses: [completed, completed],
    pictures: [picture, picture],
    stored: { pictures: 1, records: 1 },
    deadLetters: 0,
    ...changes,
  };
  return uploadVerdictOf([{ fileName: 'file', request, jobId, firstEnd: completed }], { jobs: [facts], hearing });
}

describe('the verdict on uploads', () => {
  it('has nothing against a job that is completed alike everywhere', () => {
    expect(judge({})).toMatchObject({ acknowledged: 1, failed: 0, lost: [], duplicated: [], unexpected: [] });
  });

  it.each([
    ['still waits', { statuses: [{ ...completed, status: 'queued' }, completed] as ProcessingStatus[] }],
    ['one replica does not know', { statuses: [completed] }],
    ['has no result in storage', { stored: { pictures: 0, records: 1 } }],
    ['has a picture that is cut', { pictures: [picture, { status: 200, isWhole: false }] }],
    ['is unknown by the id that was answered', { jobId: 'another' }],
  ])('calls a job lost that %s', (_, changes) => {
    expect(judge(changes).lost).toHaveLength(1);
  });

  it.each([
    ['was recorded again', { statuses: [completed, completed].map((each) => ({ ...each, finished_at: 'later' })) }],
    ['left two pictures', { stored: { pictures: 2, records: 1 } }],
    ['has the size of another', { statuses: [completed, completed].map((each) => withWidth(each, 21)) }],
    ['is a dead letter too', { deadLetters: 1 }],
  ])('calls a job duplicated that %s', (_, changes) => {
    expect(judge(changes).duplicated).not.toEqual([]);
  });

  it('counts a job that failed, and asks for its dead letter', () => {
    const statuses = [failed, failed];
    expect(judge({ statuses, deadLetters: 1 })).toMatchObject({ acknowledged: 1, failed: 1, lost: [] });
    expect(judge({ statuses }).duplicated).toContain('job: it failed without a dead letter');
  });

  it('counts one that was not answered, and is there, as recovered', () => {
    const facts = {
      jobId: 'job',
      fileName: 'file',
      statuses: [completed],
      pictures: [],
      stored: { pictures: 1, records: 1 },
    };
    const entry = { fileName: 'file', request };
    const verdict = uploadVerdictOf([entry], { jobs: [{ ...facts, deadLetters: 0 }], hearing });
    expect(verdict).toMatchObject({ accepted: 0, recovered: 1, lost: [] });
  });
});

function withWidth(status: ProcessingStatus, width: number): ProcessingStatus {
  return { ...status, result: { ...status.result!, width } };
}
