import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CallingClient } from '@ekphrasis/access';
import { renditionJobs } from '@ekphrasis/contracts';
import { entityTagOf } from '@ekphrasis/service';
import type { ByteRange } from '@ekphrasis/storage';
import { ImageIdPipe } from '../images/image-id.js';
import { sendFile } from '../processing/send-file.js';
import { Renditions } from './renditions.service.js';

@ApiTags('images')
@Controller('images')
export class ThumbnailsController {
  constructor(private readonly renditions: Renditions) {}

  @Get(':image_id/thumbnail')
  @ApiOperation({ summary: 'The picture, 320 pixels wide or high at most' })
  @ApiProduces('image/webp')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @ApiNotFoundResponse({
    description:
      'No such image, or no thumbnail of it; with Retry-After where it is being made (a problem document, RFC 9457)',
  })
  async read(
    @Param('image_id', ImageIdPipe) imageId: number,
    @CallingClient() clientId: string | undefined,
    @Res() reply: FastifyReply,
    @Headers('if-none-match') ifNoneMatch?: string,
  ): Promise<void> {
    const found = await this.renditions.read(renditionJobs.thumbnail, imageId, clientId);
    const bytes = Buffer.from(found.buffer, found.byteOffset, found.byteLength);
    const open = ({ first, last }: ByteRange) => bytes.subarray(first, last + 1);
    const file = { bytes: bytes.length, type: 'image/webp', entityTag: entityTagOf(bytes), open };
    await sendFile(reply, file, { ifNoneMatch });
  }
}
