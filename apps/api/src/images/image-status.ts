import { ApiProperty } from '@nestjs/swagger';
import { imageStatuses, type ImageStatus } from '@ekphrasis/contracts';
import { CaptionOptionsDto } from './requests/caption-options.dto.js';
import type { ImageRow } from './images.repository.js';

export class ImageFailure {
  @ApiProperty({ example: 'host-not-found' })
  code: string;

  @ApiProperty({ example: 'No such host: nowhere.example' })
  message: string;
}

export class ImageCaption {
  @ApiProperty({ example: 'a red circle on a white background' })
  text: string;

  @ApiProperty({ type: Number, nullable: true, description: 'Mean token probability, 0 to 1', example: 0.93 })
  confidence: number | null;
}

/** Where an image is on its way. Times are ISO 8601, and the database's. */
export class ImageStatusView {
  @ApiProperty({ example: 17 })
  imageId: number;

  @ApiProperty({ enum: imageStatuses })
  status: ImageStatus;

  @ApiProperty({ type: String, nullable: true, example: 'a red circle on a white background' })
  description: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Mean token probability, 0 to 1', example: 0.93 })
  confidence: number | null;

  @ApiProperty({
    type: [ImageCaption],
    description: 'The best first, which is the description; empty until it is there',
  })
  captions: ImageCaption[];

  @ApiProperty({ type: String, nullable: true, description: 'The client’s own word for the image' })
  tag: string | null;

  @ApiProperty({ type: CaptionOptionsDto, description: 'As the client gave them' })
  options: CaptionOptionsDto;

  @ApiProperty({ type: String, nullable: true, description: 'What made the description' })
  model: string | null;

  @ApiProperty({ description: 'Tries so far, the running one included', example: 1 })
  attempts: number;

  @ApiProperty({ type: ImageFailure, nullable: true, description: 'Why it failed, where it did' })
  failure: ImageFailure | null;

  @ApiProperty({ format: 'date-time' })
  queuedAt: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  startedAt: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt: string | null;
}

export function imageStatusView(row: ImageRow): ImageStatusView {
  const { id, captions, options, failureCode, failureReason, queuedAt, startedAt, finishedAt, ...rest } = row;
  const { description, confidence } = row;
  return {
    imageId: id,
    ...rest,
    // the first is the description, to its last digit
    captions: description === null ? [] : [{ text: description, confidence }, ...(captions?.slice(1) ?? [])],
    options: options ?? {},
    failure: failureCode === null ? null : { code: failureCode, message: failureReason ?? '' },
    queuedAt: queuedAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}
