import { IsInt, IsISO8601, IsObject, IsOptional, IsPositive, IsString } from 'class-validator';

/** What is told of a client's image that has ended, whether described or failed. Committed together with it, and sent at least once. */
export class EndedImage {
  /** Tells this event from every other; the same each time it is sent. */
  @IsString()
  eventId: string;

  /** Whose image it is. */
  @IsString()
  clientId: string;

  @IsInt()
  @IsPositive()
  imageId: number;

  /** The client's own word for the image; null where it gave none. */
  @IsOptional()
  @IsString()
  tag: string | null;

  /** As the client gave them; null where it gave none. */
  @IsOptional()
  @IsObject()
  options: Record<string, unknown> | null;

  /** Tries of its job, the last included; 0 where none is known. */
  @IsInt()
  attempts: number;

  /** ISO 8601, as all times here, by the database's clock. */
  @IsISO8601()
  queuedAt: string;

  /** Null where no worker has said so. */
  @IsOptional()
  @IsISO8601()
  startedAt: string | null;

  @IsISO8601()
  finishedAt: string;
}
