import { ApiProperty } from '@nestjs/swagger';
import { wholeShare } from '@ekphrasis/statistics';
import type { Measurement } from './measurements.repository.js';

/** A measurement as clients see it. */
export class MeasurementView {
  @ApiProperty({ example: '17' })
  measurement_id: string;

  @ApiProperty({ type: String, nullable: true, example: 'sunset.jpg' })
  file_name: string | null;

  @ApiProperty({ description: 'The share of pixels that are red, 0 to 1, with 4 digits', example: 0.3107 })
  red: number;

  @ApiProperty({ description: 'The mean of the red channel over all pixels, 0 to 1', example: 0.5432 })
  red_channel_mean: number;

  @ApiProperty({ description: 'In pixels, as turned', example: 4000 })
  width: number;

  @ApiProperty({ example: 3000 })
  height: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-27T08:15:30.123Z' })
  measured_at: string;
}

export class MeasurementsView {
  @ApiProperty({ type: [MeasurementView] })
  measurements: MeasurementView[];
}

export function measurementView(measurement: Measurement): MeasurementView {
  const { id, fileName, share, redChannelMean, width, height, measuredAt } = measurement;
  return {
    measurement_id: String(id),
    file_name: fileName,
    red: share / wholeShare,
    red_channel_mean: redChannelMean,
    width,
    height,
    measured_at: measuredAt.toISOString(),
  };
}
