import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import {
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CallingClient } from '@ekphrasis/access';
import { CodedError } from '@ekphrasis/errors';
import { imageStatusView } from '@ekphrasis/images';
import { entityTagOf, matchesEntityTag } from '@ekphrasis/service';
import { ImageStatusDto } from '../images/image-status.dto.js';
import { GalleryQuery, GalleryQueryPipe } from './gallery.query.js';
import { GalleryRepository } from './gallery.repository.js';
import { GallerySettings } from './gallery.settings.js';

class GalleryDto {
  @ApiProperty({ type: [ImageStatusDto] })
  images: ImageStatusDto[];

  @ApiProperty({ description: 'Whether older ones follow, `before` the last id of these' })
  hasOlder: boolean;
}

@ApiTags('gallery')
@Controller('gallery')
export class GalleryController {
  constructor(
    private readonly repository: GalleryRepository,
    private readonly settings: GallerySettings,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'What was submitted last, the newest first, a page at a time',
    description:
      'With a key what was submitted with keys of its client, without one what came without one: that only with GALLERY=on.',
  })
  @ApiOkResponse({ type: GalleryDto })
  @ApiNotFoundResponse({
    description: 'Without a key, where the gallery is off (GALLERY): a problem document, RFC 9457',
  })
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of an earlier answer' })
  @ApiResponse({ status: 304, description: 'The page is as it was' })
  async show(
    @Query(GalleryQueryPipe) query: GalleryQuery,
    @CallingClient() client: string | undefined,
    @Res() reply: FastifyReply,
    @Headers('if-none-match') known?: string,
  ): Promise<void> {
    if (client === undefined && this.settings.GALLERY === 'off') throw new GalleryOffError();
    // one more tells whether there are more
    const rows = await this.repository.find({ ...query, limit: query.limit + 1 }, client);
    const images = rows.slice(0, query.limit).map(imageStatusView);
    const body = JSON.stringify({ images, hasOlder: rows.length > query.limit });
    const entityTag = entityTagOf(body);
    void reply.headers({ etag: entityTag, 'cache-control': 'no-cache' });
    if (matchesEntityTag(known, entityTag)) void reply.status(304).send();
    else void reply.type('application/json; charset=utf-8').send(body);
  }
}

/** Nobody is shown what others submit. HTTP 404. */
class GalleryOffError extends CodedError {
  constructor() {
    super('gallery-off', 'The gallery is off: GALLERY=on shows what is submitted without a key', { retryable: false });
  }
}
