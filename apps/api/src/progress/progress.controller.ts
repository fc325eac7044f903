import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CallingClient } from '@ekphrasis/access';
import { InvalidRequestError } from '@ekphrasis/errors';
import { ImageChanges, parseImageId } from '@ekphrasis/images';
import { ProgressStreams } from './progress-streams.service.js';
import { sendEventStream } from './send-event-stream.js';
import { Turns } from './turns.js';

const mostIds = 200;

@ApiTags('images')
@Controller('images')
export class ProgressController {
  private readonly turns = new Turns();

  constructor(
    private readonly streams: ProgressStreams,
    private readonly changes: ImageChanges,
  ) {}

  @Get('events')
  @ApiOperation({
    summary: 'Server-sent events: the status of each image now and whenever it changes, until all are final',
  })
  @ApiProduces('text/event-stream')
  @ApiQuery({ name: 'ids', description: `Comma-separated image ids, ${mostIds} at most`, example: '1,2' })
  @ApiResponse({ status: 503, description: 'As many streams are open as may be (a problem document, RFC 9457)' })
  async events(
    @Query('ids') ids: unknown,
    @CallingClient() caller: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // hundreds come at once when a replica or a proxy starts anew
    await this.turns.next();
    if (reply.raw.destroyed) return;
    const parsed = typeof ids === 'string' ? ids.split(',').map(parseImageId) : [];
    if (parsed.length === 0 || parsed.length > mostIds || parsed.includes(undefined)) {
      throw new InvalidRequestError([`Expected 1 to ${mostIds} comma-separated image ids for ids but received others`]);
    }
    const wanted = new Set(parsed as number[]);
    sendEventStream(request, reply, () =>
      this.streams.open((heartbeatMs, signal) => this.changes.follow(wanted, heartbeatMs, signal, caller)),
    );
  }
}
