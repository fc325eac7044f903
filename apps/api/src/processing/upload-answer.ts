import { ApiProperty } from '@nestjs/swagger';
import { processingOperations, type ProcessingOperation } from '@ekphrasis/contracts';

export class UploadAnswer {
  @ApiProperty({ format: 'uuid' })
  job_id: string;

  @ApiProperty({ enum: ['queued'] })
  status: 'queued';

  @ApiProperty({ enum: processingOperations, isArray: true, example: ['resize', 'watermark'] })
  operations: ProcessingOperation[];

  @ApiProperty({ example: 'The picture is queued to be processed' })
  message: string;
}

/** The form of an upload, in the OpenAPI document. */
export const uploadSchema = {
  type: 'object',
  required: ['file'],
  properties: {
    file: { type: 'string', format: 'binary' },
    operations: {
      type: 'string',
      description: 'Comma-separated, each once: resize, watermark, filter. resize by default',
      example: 'resize,watermark',
    },
    options: {
      type: 'string',
      description: 'JSON. What an operation is not told is done in the product’s own way',
      example:
        '{"resize":{"width":400,"height":300,"fit":"cover"},"watermark":{"text":"© Ann","position":"top-left","opacity":0.5},"filter":{"name":"sepia"}}',
    },
  },
};
