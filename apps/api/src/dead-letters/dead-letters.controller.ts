import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiQuery, ApiTags } from '@nestjs/swagger';
import { CallingClient, IsOperator, OperatorsOnly } from '@ekphrasis/access';
import { parseImageId } from '@ekphrasis/images';
import { ImageListQuery, ImageListQueryPipe } from '../images/finished-ids/image-list.query.js';
import { DeadLetterNotFoundError } from './dead-letters.errors.js';
import { DeadLettersRepository } from './dead-letters.repository.js';
import { DeadLetters } from './dead-letters.service.js';

const mostListed = 1_000;

export class DeadLetterView {
  @ApiProperty({ example: 3 })
  id: number;

  @ApiProperty({ type: Number, nullable: true, description: 'The image it is about, where that can be told' })
  imageId: number | null;

  @ApiProperty({ example: 'caption.jobs.dead' })
  queue: string;

  @ApiProperty({ example: 'connection-failed' })
  code: string;

  @ApiProperty()
  reason: string;

  @ApiProperty({ example: 5 })
  attempts: number;

  @ApiProperty({ format: 'date-time' })
  diedAt: Date;
}

export class DeadLettersView {
  @ApiProperty({ description: 'How many there are in all' })
  count: number;

  @ApiProperty({ type: [DeadLetterView] })
  letters: DeadLetterView[];
}

@ApiTags('dead letters')
@Controller('dlq')
export class DeadLettersController {
  constructor(
    private readonly repository: DeadLettersRepository,
    private readonly deadLetters: DeadLetters,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Jobs that used up their attempts, and messages nobody understood, oldest first',
    description: 'Those about what belongs to a client are shown to it and the operator alone.',
  })
  @ApiQuery({ type: ImageListQuery })
  @ApiOkResponse({ type: DeadLettersView })
  async list(
    @Query(ImageListQueryPipe) { after, limit }: ImageListQuery,
    @CallingClient() client: string | undefined,
    @IsOperator() isOperator: boolean,
  ): Promise<DeadLettersView> {
    const reader = isOperator ? 'operator' : { client };
    const letters = await this.repository.list(after, Math.min(limit, mostListed), reader);
    return { count: await this.repository.count(undefined, reader), letters };
  }

  @Post(':id/redeliver')
  @HttpCode(200)
  @OperatorsOnly()
  @ApiOperation({ summary: 'Send a dead letter again, with all its attempts before it' })
  @ApiOkResponse({
    description: 'What it is about: an image, a processing job, a measurement, an event',
    schema: {
      type: 'object',
      properties: {
        image_id: { type: 'integer', example: 17 },
        job_id: { type: 'string', format: 'uuid' },
        measurement_id: { type: 'string', example: '17' },
        event_id: { type: 'string' },
      },
    },
  })
  @ApiNotFoundResponse({ description: 'No such dead letter (a problem document, RFC 9457)' })
  async redeliver(@Param('id') text: string): Promise<object> {
    const id = parseImageId(text);
    if (id === undefined) throw new DeadLetterNotFoundError();
    return this.deadLetters.redeliver(id);
  }
}
