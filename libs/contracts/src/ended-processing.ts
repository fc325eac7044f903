import { ArrayNotEmpty, IsISO8601, IsObject, IsOptional, IsString } from 'class-validator';

/** What is told of a client's upload that has ended, whether processed or failed. Committed together with it, and sent at least once. */
export class EndedProcessing {
  /** Tells this event from every other; the same each time it is sent. */
  @IsString()
  eventId: string;

  /** Whose upload it is. */
  @IsString()
  clientId: string;

  @IsString()
  jobId: string;

  /** In the order in which they were asked for. */
  @ArrayNotEmpty()
  @IsString({ each: true })
  operations: string[];

  /** As the client named it; null where it gave none. */
  @IsOptional()
  @IsString()
  fileName: string | null;

  /** As `GET /status/<job_id>` shows it: where the picture is, or why there is none. */
  @IsObject()
  result: Record<string, unknown>;

  /** ISO 8601, by the database's clock. */
  @IsISO8601()
  finishedAt: string;
}
