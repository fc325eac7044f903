import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class AboveView {
  @ApiProperty({ example: 0.5 })
  threshold: number;

  @ApiProperty({ example: 3 })
  images: number;
}

export class BucketView {
  @ApiProperty({ format: 'date-time', example: '2026-11-27T08:00:00.000Z' })
  from: string;

  @ApiProperty({ example: 5 })
  images: number;

  @ApiProperty({ example: 1 })
  above: number;
}

export class StatisticsView {
  @ApiProperty({ format: 'date-time', example: '2026-11-26T08:15:30.123Z' })
  from: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-27T08:15:30.123Z' })
  to: string;

  @ApiProperty({ description: 'Own pictures that were measured in the period', example: 12 })
  images: number;

  @ApiProperty({ description: 'Those of them whose share of red is above the threshold' })
  above: AboveView;

  @ApiPropertyOptional({ type: [BucketView], description: 'Where they were asked for, the empty ones included' })
  buckets?: BucketView[];
}
