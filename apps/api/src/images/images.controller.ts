import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { InvalidRequestError } from '../problems/invalid-request.error.js';
import { IdempotencyKey } from './idempotency-key.js';
import { ImageIdPipe } from './image-id.js';
import { ImageIntake } from './image-intake.service.js';
import { imageListStream } from './image-list.js';
import { ImageListQuery, ImageListQueryPipe } from './image-list.query.js';
import { ImageStatusView, imageStatusView } from './image-status.js';
import { ImageUrlDto, ImageUrlPipe } from './image-url.dto.js';
import { ImageNotFoundError } from './images.errors.js';
import { ImagesRepository } from './images.repository.js';
import { PictureUpload } from './picture-upload.service.js';
import { ProcessedIdsRegistry } from './processed-ids-registry.js';

@ApiTags('images')
@Controller('images')
export class ImagesController {
  constructor(
    private readonly intake: ImageIntake,
    private readonly uploads: PictureUpload,
    private readonly registry: ProcessedIdsRegistry,
    private readonly repository: ImagesRepository,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Ask for the description of a picture, by its URL or by the picture itself' })
  @ApiConsumes('application/json', 'multipart/form-data')
  @ApiBody({
    schema: {
      oneOf: [
        {
          type: 'object',
          required: ['image_url'],
          properties: { image_url: { type: 'string', example: 'shorturl.at/notNY' } },
        },
        { type: 'object', required: ['image'], properties: { image: { type: 'string', format: 'binary' } } },
      ],
    },
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'The same key again gets the same image_id' })
  @ApiOkResponse({ schema: { type: 'object', properties: { image_id: { type: 'integer', example: 17 } } } })
  @ApiBadRequestResponse({ description: 'Neither a URL nor a picture (a problem document, RFC 9457)' })
  async submit(
    @Req() request: FastifyRequest,
    @Body(ImageUrlPipe) body: ImageUrlDto | undefined,
    @IdempotencyKey() key: string | undefined,
  ): Promise<{ image_id: number }> {
    if (request.isMultipart()) return { image_id: await this.uploads.accept(request, key) };
    if (!body) throw new InvalidRequestError(['Expected a JSON object for the body but received nothing']);
    const url = body.image_url;
    const idempotency = key ? { key, fingerprint: createHash('sha256').update(url).digest('hex') } : undefined;
    return { image_id: await this.intake.submit({ url, idempotency }) };
  }

  @Get()
  @ApiOperation({ summary: 'The ids of all images that have a description, ascending' })
  @ApiOkResponse({
    schema: {
      type: 'object',
      properties: { image_ids: { type: 'array', items: { type: 'integer' }, example: [1, 2, 17] } },
    },
  })
  list(@Query(ImageListQueryPipe) { after, limit }: ImageListQuery, @Res() reply: FastifyReply): void {
    void reply.type('application/json; charset=utf-8').send(imageListStream(this.registry.list(after, limit)));
  }

  @Get(':image_id')
  @ApiOperation({ summary: 'The description of one image' })
  @ApiOkResponse({
    schema: {
      type: 'object',
      properties: { description: { type: 'string', example: 'a red circle on a white background' } },
    },
  })
  @ApiNotFoundResponse({ description: 'No such image, or no description yet (a problem document, RFC 9457)' })
  async describe(@Param('image_id', ImageIdPipe) imageId: number): Promise<{ description: string }> {
    const description = await this.repository.description(imageId);
    if (description === undefined) throw new ImageNotFoundError('There is no description for this id');
    return { description };
  }

  @Get(':image_id/status')
  @ApiOperation({ summary: 'Where one image is on its way, and why it failed where it did' })
  @ApiOkResponse({ type: ImageStatusView })
  @ApiNotFoundResponse({ description: 'No such image (a problem document, RFC 9457)' })
  async status(@Param('image_id', ImageIdPipe) imageId: number): Promise<ImageStatusView> {
    const [row] = await this.repository.find([imageId]);
    if (!row) throw new ImageNotFoundError('No image has this id');
    return imageStatusView(row);
  }
}
