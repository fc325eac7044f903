import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CallingClient } from '@ekphrasis/access';
import { InvalidRequestError } from '@ekphrasis/errors';
import { ProgressStreams } from '../progress/progress-streams.service.js';
import { sendEventStream } from '../progress/send-event-stream.js';
import { isJobId } from './job-id.js';
import { ProcessingChanges } from './processing-changes.service.js';

const mostIds = 200;

@ApiTags('processing')
@Controller('status')
export class ProcessingProgressController {
  constructor(
    private readonly streams: ProgressStreams,
    private readonly changes: ProcessingChanges,
  ) {}

  @Get('events')
  @ApiOperation({
    summary: 'Server-sent events: the status of each job now and whenever it changes, until all have ended',
  })
  @ApiProduces('text/event-stream')
  @ApiQuery({ name: 'ids', description: `Comma-separated job ids, ${mostIds} at most` })
  @ApiResponse({ status: 503, description: 'As many streams are open as may be (a problem document, RFC 9457)' })
  events(
    @Query('ids') ids: unknown,
    @CallingClient() clientId: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): void {
    const jobIds = typeof ids === 'string' ? ids.split(',') : [];
    if (jobIds.length === 0 || jobIds.length > mostIds || !jobIds.every(isJobId)) {
      throw new InvalidRequestError([`Expected 1 to ${mostIds} comma-separated job ids for ids but received others`]);
    }
    const wanted = new Set(jobIds);
    sendEventStream(request, reply, () =>
      this.streams.open((heartbeatMs, signal) => this.changes.follow(wanted, clientId, heartbeatMs, signal)),
    );
  }
}
