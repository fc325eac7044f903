import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBody,
  ApiConsumes,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CallingClient, ClientsOnly } from '@ekphrasis/access';
import { measuredPictureKey } from '@ekphrasis/contracts';
import { UploadMemory } from '@ekphrasis/images';
import { OBJECT_STORAGE, type ObjectStorage } from '@ekphrasis/storage';
import { ApiSettings } from '../api.settings.js';
import { measurementView, MeasurementsView } from './measurement.view.js';
import { MeasurementsRepository } from './measurements.repository.js';
import { PictureMeasurements } from './picture-measurements.service.js';
import { MeasuredPictureMissingError, MeasurementNotFoundError } from './red.errors.js';
import { parseMeasurementId } from './requests/measurement-id.js';
import { MeasurementListQuery, MeasurementListQueryPipe } from './requests/measurement-list.query.js';
import { mostPictures, receivedPictures } from './requests/received-pictures.js';

const binary = { type: 'string', format: 'binary' } as const;

@ApiTags('red')
@Controller('red')
export class RedController {
  constructor(
    private readonly measurements: PictureMeasurements,
    private readonly repository: MeasurementsRepository,
    private readonly memory: UploadMemory,
    @Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage,
    @Inject(ApiSettings) private readonly settings: Pick<ApiSettings, 'UPLOAD_MAX_BYTES'>,
  ) {}

  @Post()
  @HttpCode(200)
  @ClientsOnly()
  @ApiOperation({
    summary: `Measure how red pictures are: 1 to ${mostPictures} files of a form, or one picture as the body`,
    description:
      'A pixel is red whose hue lies within 20° of 0°, whose saturation is 0.4 or more and whose value is 0.25 or more (HSV), as 8-bit sRGB over white. Every pixel counts. Of an animation the first frame is measured.',
  })
  @ApiConsumes('multipart/form-data', 'image/*', 'application/octet-stream')
  @ApiBody({
    schema: {
      oneOf: [{ type: 'object', properties: { files: { type: 'array', items: binary } } }, binary, binary],
    },
  })
  @ApiOkResponse({ type: MeasurementsView, description: 'In the order in which the pictures were sent' })
  @ApiBadRequestResponse({ description: `No picture, or more than ${mostPictures}` })
  @ApiResponse({ status: 413, description: 'A picture has too many bytes' })
  @ApiResponse({ status: 415, description: 'The body is no picture, by its type' })
  @ApiResponse({ status: 422, description: 'One of the pictures cannot be read: nothing is kept of the request' })
  async measure(@CallingClient() clientId: string, @Req() request: FastifyRequest): Promise<MeasurementsView> {
    const length = request.headers['content-length'];
    const taken = await this.memory.hold(length === undefined ? undefined : Number(length), () =>
      this.measurements.take(clientId, receivedPictures(request, this.settings.UPLOAD_MAX_BYTES)),
    );
    return { measurements: taken.map(measurementView) };
  }

  @Get('measurements')
  @ClientsOnly()
  @ApiOperation({ summary: 'Own measurements, the oldest first, a page at a time' })
  @ApiQuery({ type: MeasurementListQuery })
  @ApiOkResponse({ type: MeasurementsView })
  async list(
    @CallingClient() clientId: string,
    @Query(MeasurementListQueryPipe) { after, limit }: MeasurementListQuery,
  ): Promise<MeasurementsView> {
    return { measurements: (await this.repository.list(clientId, after, limit)).map(measurementView) };
  }

  @Get('measurements/:measurement_id/picture')
  @ClientsOnly()
  @ApiOperation({ summary: 'The picture of an own measurement, as it was sent' })
  @ApiProduces('image/*')
  @ApiOkResponse({ schema: binary })
  @ApiNotFoundResponse({ description: 'No own measurement has this id (a problem document, RFC 9457)' })
  async picture(
    @CallingClient() clientId: string,
    @Param('measurement_id') text: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const id = parseMeasurementId(text);
    const measurement = id === undefined ? undefined : await this.repository.find(clientId, id);
    if (!measurement) throw new MeasurementNotFoundError();
    const picture = await this.storage.read(measuredPictureKey(measurement.nonce));
    if (!picture) throw new MeasuredPictureMissingError();
    void reply
      .type(measurement.contentType)
      .header('cache-control', 'private, max-age=31536000, immutable')
      .send(picture);
  }
}
