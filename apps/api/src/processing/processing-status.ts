import { ApiProperty } from '@nestjs/swagger';
import {
  processingOperations,
  processingStatuses,
  type ProcessingOperation,
  type ProcessingOptions,
  type ProcessingResult,
  type ProcessingStatus,
} from '@ekphrasis/contracts';

/** Where a processed picture is, as clients read it. */
export class ProcessedView {
  @ApiProperty({ example: '7b1f1a0e-6c1d-4f0a-9a54-0c5a6f2f5a11-0f1e2d3c4b5a6978.jpeg' })
  processed_key: string;

  @ApiProperty({ example: '/processed/7b1f1a0e-6c1d-4f0a-9a54-0c5a6f2f5a11' })
  download_url: string;

  @ApiProperty({ example: 800 })
  width: number;

  @ApiProperty({ example: 600 })
  height: number;

  @ApiProperty({ example: 48_213 })
  bytes: number;

  @ApiProperty({ example: 'jpeg' })
  format: string;
}

/** Why there is none, as clients read it. */
export class FailureView {
  @ApiProperty({ example: 'picture-truncated' })
  error: string;

  @ApiProperty({ example: 'The jpeg picture is truncated or damaged' })
  message: string;
}

/** Where a processing job is on its way. Times are ISO 8601, and the database's. */
export class ProcessingStatusView {
  @ApiProperty({ enum: processingStatuses })
  status: ProcessingStatus;

  @ApiProperty({ enum: processingOperations, isArray: true, example: ['resize', 'watermark'] })
  operations: readonly ProcessingOperation[];

  @ApiProperty({ format: 'date-time', description: 'When it was queued' })
  timestamp: string;

  @ApiProperty({ type: String, nullable: true, example: 'cat.jpg' })
  file_name: string | null;

  @ApiProperty({ format: 'uuid' })
  job_id: string;

  @ApiProperty({ type: Object, description: 'As the client gave them' })
  options: ProcessingOptions;

  @ApiProperty({ description: 'Tries so far, the running one included', example: 1 })
  attempts: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  started_at: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finished_at: string | null;

  @ApiProperty({
    type: Object,
    nullable: true,
    description: 'Of a completed job where the picture is, of a failed one why',
  })
  result: ProcessedView | FailureView | null;
}

/** A row of `processing_jobs`, as it is shown. */
export interface ProcessingJobRow {
  id: string;
  status: ProcessingStatus;
  operations: ProcessingOperation[];
  options: ProcessingOptions | null;
  fileName: string | null;
  attempts: number;
  result: Record<string, unknown> | null;
  queuedAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

export function processingStatusView(row: ProcessingJobRow): ProcessingStatusView {
  return {
    status: row.status,
    operations: row.operations,
    timestamp: row.queuedAt.toISOString(),
    file_name: row.fileName,
    job_id: row.id,
    options: row.options ?? {},
    attempts: row.attempts,
    started_at: row.startedAt?.toISOString() ?? null,
    finished_at: row.finishedAt?.toISOString() ?? null,
    result: row.result as unknown as ProcessedView | FailureView | null,
  };
}

export function processedView(job: ProcessingResult & { jobId: string }): ProcessedView {
  const { jobId, processedKey, width, height, bytes, format } = job;
  return { processed_key: processedKey, download_url: `/processed/${jobId}`, width, height, bytes, format };
}

/** PostgreSQL holds no NUL, in JSON neither. */
export function failureView({ code, reason }: { code: string; reason: string }): FailureView {
  return { error: code, message: reason.replaceAll('\0', '') };
}
