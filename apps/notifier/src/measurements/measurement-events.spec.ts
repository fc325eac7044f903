import { eventsOf } from './measurement-events.js';

describe('the events of a measurement', () => {
  const measurement = {
    measurementId: '17',
    nonce: '0f',
    clientId: 'c1',
    fileName: null,
    red: 0.3107,
    redChannelMean: 0.5432,
    width: 4_000,
    height: 3_000,
    measuredAt: '2026-11-27T08:15:30.123Z',
  };

  it('tell what the client was answered, at the time of the measurement', () => {
    for (const { data, timestamp, clientId } of eventsOf(measurement)) {
      expect({ timestamp, clientId }).toEqual({ timestamp: measurement.measuredAt, clientId: 'c1' });
      expect(data).toEqual({
        measurement_id: '17',
        file_name: null,
        red: 0.3107,
        red_channel_mean: 0.5432,
        width: 4_000,
        height: 3_000,
        measured_at: '2026-11-27T08:15:30.123Z',
      });
    }
  });

  it('leave it to each webhook’s threshold who hears of red', () => {
    const [measured, exceeded] = eventsOf(measurement);
    expect(measured).toMatchObject({ type: 'red.measured' });
    expect(measured).not.toHaveProperty('red');
    expect(exceeded).toMatchObject({ type: 'red.exceeded', red: 0.3107 });
  });

  it('are the same each time, and have ids of their own without a dot', () => {
    const [measured, exceeded] = eventsOf(measurement);
    expect(eventsOf({ ...measurement })).toEqual([measured, exceeded]);
    expect(measured!.eventId).not.toBe(exceeded!.eventId);
    expect(measured!.eventId + exceeded!.eventId).not.toContain('.');
  });
});
