import { ApiProperty } from '@nestjs/swagger';
import { imageStatuses, type ImageStatus } from '@ekphrasis/contracts';
import type { ImageStatusView } from '@ekphrasis/images';
import { CaptionOptionsDto } from './requests/image-request.dto.js';

class ImageFailureDto {
  @ApiProperty({ example: 'host-not-found' })
  code: string;

  @ApiProperty({ example: 'No such host: nowhere.example' })
  message: string;
}

class ImageCaptionDto {
  @ApiProperty({ example: 'a red circle on a white background' })
  text: string;

  @ApiProperty({ type: Number, nullable: true, description: 'Mean token probability, 0 to 1', example: 0.93 })
  confidence: number | null;
}

/** What `ImageStatusView` is in the OpenAPI document. */
export class ImageStatusDto implements ImageStatusView {
  @ApiProperty({ example: 17 })
  imageId: number;

  @ApiProperty({ enum: imageStatuses })
  status: ImageStatus;

  @ApiProperty({ type: String, nullable: true, example: 'a red circle on a white background' })
  description: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Mean token probability, 0 to 1', example: 0.93 })
  confidence: number | null;

  @ApiProperty({
    type: [ImageCaptionDto],
    description: 'The best first, which is the description; empty until it is there',
  })
  captions: ImageCaptionDto[];

  @ApiProperty({ type: String, nullable: true, description: 'The client’s own word for the image' })
  tag: string | null;

  @ApiProperty({ type: CaptionOptionsDto, description: 'As the client gave them' })
  options: CaptionOptionsDto;

  @ApiProperty({ type: String, nullable: true, description: 'What made the description' })
  model: string | null;

  @ApiProperty({ description: 'Tries so far, the running one included', example: 1 })
  attempts: number;

  @ApiProperty({ type: ImageFailureDto, nullable: true, description: 'Why it failed, where it did' })
  failure: ImageFailureDto | null;

  @ApiProperty({ format: 'date-time' })
  queuedAt: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  startedAt: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt: string | null;
}
