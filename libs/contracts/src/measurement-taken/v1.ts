import { IsISO8601, IsInt, IsNumber, IsOptional, IsPositive, IsString, Matches, Max, Min } from 'class-validator';
import { defineMessage } from '../message-contract.js';

/** A picture of a client was measured, and the client answered: its row is committed. Asks for it to be counted and told of. */
export class MeasurementTaken {
  /** A whole number; clients know it as text. */
  @Matches(/^[1-9]\d{0,15}$/)
  measurementId: string;

  /** Of the measurement's row, lest it is taken for another one with its id. */
  @IsString()
  nonce: string;

  /** Whose picture it is. */
  @IsString()
  clientId: string;

  /** As the client named it; null where it gave no name. */
  @IsOptional()
  @IsString()
  fileName: string | null;

  /** The share of pixels that are red, 0 to 1, with 4 digits. */
  @IsNumber()
  @Min(0)
  @Max(1)
  red: number;

  /** The mean of the red channel over all pixels, 0 to 1. */
  @IsNumber()
  @Min(0)
  @Max(1)
  redChannelMean: number;

  /** In pixels, as turned. */
  @IsInt()
  @IsPositive()
  width: number;

  @IsInt()
  @IsPositive()
  height: number;

  /** ISO 8601 with milliseconds, by the database's clock. */
  @IsISO8601()
  measuredAt: string;
}

export const measurementTaken = defineMessage('measurement.taken', 1, MeasurementTaken);
