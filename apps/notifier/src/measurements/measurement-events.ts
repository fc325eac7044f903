import type { MeasurementTaken } from '@ekphrasis/contracts';
import type { HappenedEvent } from '../webhooks/events/event-deliveries.service.js';

/**
 * What clients may be told of a measurement: that it was made, and, each webhook by its own threshold, how red the picture is. Their ids
 * are the measurement's, so that telling them again changes nothing.
 */
export function eventsOf(measurement: MeasurementTaken): HappenedEvent[] {
  const { clientId, nonce, red, measuredAt: timestamp } = measurement;
  const data = dataOf(measurement);
  return [
    { eventId: `measured-${nonce}`, type: 'red.measured', clientId, timestamp, data },
    { eventId: `exceeded-${nonce}`, type: 'red.exceeded', clientId, timestamp, data, red },
  ];
}

/** As `POST /red` answers it. */
function dataOf(measurement: MeasurementTaken): object {
  const { measurementId, fileName, red, redChannelMean, width, height, measuredAt } = measurement;
  return {
    measurement_id: measurementId,
    file_name: fileName,
    red,
    red_channel_mean: redChannelMean,
    width,
    height,
    measured_at: measuredAt,
  };
}
