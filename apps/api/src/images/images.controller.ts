import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CallingClient } from '@ekphrasis/access';
import { InvalidRequestError } from '@ekphrasis/errors';
import {
  ImageIntake,
  ImageNotFoundError,
  ImageStatusRepository,
  imageStatusView,
  PictureUpload,
  requestFingerprint,
  type SubmittedImage,
} from '@ekphrasis/images';
import { entityTagOf, matchesEntityTag } from '@ekphrasis/service';
import { IdempotencyKey } from './requests/idempotency-key.js';
import { ImageIdPipe } from './image-id.js';
import { imageListStream } from './finished-ids/image-list.js';
import { ImageListQuery, ImageListQueryPipe } from './finished-ids/image-list.query.js';
import { ImageStatusDto } from './image-status.dto.js';
import { ImageDetailsDto, ImageRequestDto, ImageRequestPipe } from './requests/image-request.dto.js';
import { ProcessedIdsRegistry } from './finished-ids/processed-ids-registry.js';
import { incomingPicture } from './uploads/upload-form.js';

@ApiTags('images')
@Controller('images')
export class ImagesController {
  constructor(
    private readonly intake: ImageIntake,
    private readonly uploads: PictureUpload,
    private readonly registry: ProcessedIdsRegistry,
    private readonly images: ImageStatusRepository,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Ask for the description of a picture, by its URL or by the picture itself',
    description: 'In a form, each of the options may be a field of its own instead.',
  })
  @ApiConsumes('application/json', 'multipart/form-data')
  @ApiBody({
    schema: {
      oneOf: [
        { $ref: getSchemaPath(ImageRequestDto) },
        {
          allOf: [
            { $ref: getSchemaPath(ImageDetailsDto) },
            { type: 'object', required: ['image'], properties: { image: { type: 'string', format: 'binary' } } },
          ],
        },
      ],
    },
  })
  @ApiExtraModels(ImageRequestDto, ImageDetailsDto)
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'The same key again gets the same image_id' })
  @ApiOkResponse({ schema: { type: 'object', properties: { image_id: { type: 'integer', example: 17 } } } })
  @ApiBadRequestResponse({
    description: 'Neither a URL nor a picture, or a field that is not as it should be (a problem document, RFC 9457)',
  })
  async submit(
    @Req() request: FastifyRequest,
    @Body(ImageRequestPipe) body: SubmittedImage | undefined,
    @IdempotencyKey() key: string | undefined,
    @CallingClient() clientId: string | undefined,
  ): Promise<{ image_id: number }> {
    if (request.isMultipart()) {
      const from = { clientId, idempotencyKey: key };
      return { image_id: await this.uploads.accept(incomingPicture(request), from) };
    }
    if (!body) throw new InvalidRequestError(['Expected a JSON object for the body but received nothing']);
    const { image_url: url, tag, options } = body;
    const idempotency = key ? { key, fingerprint: requestFingerprint(url, body) } : undefined;
    return { image_id: await this.intake.submit({ url, tag, options, clientId, idempotency }) };
  }

  @Get()
  @ApiOperation({
    summary: 'The ids of all images that have a description, ascending',
    description: 'With a key, of the client’s own; without one, of those that were submitted without.',
  })
  @ApiOkResponse({
    schema: {
      type: 'object',
      properties: { image_ids: { type: 'array', items: { type: 'integer' }, example: [1, 2, 17] } },
    },
  })
  list(
    @Query(ImageListQueryPipe) { after, limit }: ImageListQuery,
    @CallingClient() caller: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    const pieces = this.registry.listEncoded(after, limit, caller);
    void reply.type('application/json; charset=utf-8').send(imageListStream(pieces));
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
  async describe(
    @Param('image_id', ImageIdPipe) imageId: number,
    @CallingClient() caller: string | undefined,
  ): Promise<{ description: string }> {
    const description = await this.images.description(imageId, caller);
    if (description === undefined) throw new ImageNotFoundError('There is no description for this id');
    return { description };
  }

  @Get(':image_id/status')
  @ApiOperation({ summary: 'Where one image is on its way, and why it failed where it did' })
  @ApiOkResponse({ type: ImageStatusDto })
  @ApiNotFoundResponse({ description: 'No such image (a problem document, RFC 9457)' })
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of an earlier answer' })
  @ApiResponse({ status: 304, description: 'The status is as it was' })
  async status(
    @Param('image_id', ImageIdPipe) imageId: number,
    @CallingClient() caller: string | undefined,
    @Res() reply: FastifyReply,
    @Headers('if-none-match') known?: string,
  ): Promise<void> {
    const row = await this.images.find(imageId, caller);
    if (!row) throw new ImageNotFoundError('No image has this id');
    const body = JSON.stringify(imageStatusView(row));
    const entityTag = entityTagOf(body);
    void reply.headers({ etag: entityTag, 'cache-control': 'no-cache' });
    if (matchesEntityTag(known, entityTag)) void reply.status(304).send();
    else void reply.type('application/json; charset=utf-8').send(body);
  }
}
