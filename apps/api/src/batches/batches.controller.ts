import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { CallingClient } from '@ekphrasis/access';
import { imageListStream } from '../images/finished-ids/image-list.js';
import { ImageRequestDto } from '../images/requests/image-request.dto.js';
import { linesType } from './batch-body.js';
import { Batches, mostTogether } from './batches.service.js';

/** The JSON body, in the OpenAPI document. */
class BatchRequestDto {
  @ApiProperty({ type: [ImageRequestDto], minItems: 1, maxItems: mostTogether })
  images: ImageRequestDto[];
}

const lines =
  '{"image_url":"https://example.org/1.jpg"}\n{"image_url":"https://example.org/2.jpg","tag":"holiday-2026"}\n';

@ApiTags('images')
@Controller('images')
export class BatchesController {
  constructor(private readonly batches: Batches) {}

  @Post('batch')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Ask for the descriptions of many pictures, by their URLs',
    description: `Up to ${mostTogether} as JSON, or any number as ${linesType}, one a line. Where one of them is not as it should be, none is queued.`,
  })
  @ApiConsumes('application/json', linesType)
  @ApiExtraModels(BatchRequestDto)
  @ApiBody({ schema: { oneOf: [{ $ref: getSchemaPath(BatchRequestDto) }, { type: 'string', example: lines }] } })
  @ApiOkResponse({
    description: 'Their ids, in the order of the pictures',
    schema: {
      type: 'object',
      properties: { image_ids: { type: 'array', items: { type: 'integer' }, example: [17, 18] } },
    },
  })
  @ApiBadRequestResponse({ description: 'Names the place of what is wrong (a problem document, RFC 9457)' })
  @ApiResponse({ status: 413, description: 'The body is too large (a problem document, RFC 9457)' })
  async submit(
    @Body() body: unknown,
    @CallingClient() clientId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const ids =
      body instanceof Readable ? await this.submitLines(body, clientId) : [await this.batches.submit(body, clientId)];
    const pieces = ids.map((group) => Buffer.from(`,${group.join(',')}`));
    void reply.type('application/json; charset=utf-8').send(imageListStream(pieces));
  }

  private async submitLines(body: Readable, clientId: string | undefined): Promise<number[][]> {
    try {
      // whoever is refused while sending is answered all the same
      return await this.batches.submitLines(body.iterator({ destroyOnReturn: false }), clientId);
    } finally {
      // the rest is read away: Node.js does that only where nobody has begun to read, and the connection's next request lies behind it
      body.resume();
    }
  }
}
