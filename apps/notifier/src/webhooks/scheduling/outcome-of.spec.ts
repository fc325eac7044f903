import { outcomeOf } from './outcome-of.js';

const delivery = { webhookId: 'w', deliveryId: 1, eventId: 'e', claim: 1, failures: 0, body: '{}' };
const at = new Date('2026-01-01T00:00:00.000Z');
const answered = (statusCode: number) => ({ at, statusCode, durationMs: 3 });
const waits = [5, 300];

describe('the outcome of an attempt', () => {
  it.each([200, 201, 204, 299])('is delivered where the receiver answers %d', (status) => {
    expect(outcomeOf(delivery, answered(status), waits)).toMatchObject({
      status: 'delivered',
      attempt: { at: at.toISOString(), status_code: status, error: null, duration_ms: 3 },
    });
  });

  it.each([100, 301, 302, 307, 400, 404, 429, 500, 503])('is another attempt where it answers %d', (status) => {
    expect(outcomeOf(delivery, answered(status), waits)).toMatchObject({ status: 'pending', retryAfterMs: 5_000 });
  });

  it('is another attempt after the next wait, for each failure, until none is left: N waits make N + 1 attempts', () => {
    const after = (failures: number) => outcomeOf({ ...delivery, failures }, answered(500), waits);
    expect([0, 1, 2].map((failures) => after(failures).retryAfterMs)).toEqual([5_000, 300_000, undefined]);
    expect([0, 1, 2].map((failures) => after(failures).status)).toEqual(['pending', 'pending', 'failed']);
    expect(outcomeOf(delivery, answered(500), []).status).toBe('failed');
  });

  it('is the end where the receiver is gone', () => {
    expect(outcomeOf(delivery, answered(410), waits).status).toBe('failed');
  });

  it('names the error where there was no answer', () => {
    expect(outcomeOf(delivery, { at, error: 'fetch-timeout', durationMs: 15_000 }, waits)).toMatchObject({
      status: 'pending',
      attempt: { status_code: null, error: 'fetch-timeout' },
    });
  });
});
