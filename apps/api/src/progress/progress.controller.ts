import { Controller, Query, Sse, type MessageEvent } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import { parseImageId } from '../images/image-id.js';
import { InvalidRequestError } from '../problems/invalid-request.error.js';
import { ProgressStream } from './progress-stream.js';

const mostIds = 200;

@ApiTags('images')
@Controller('images')
export class ProgressController {
  constructor(private readonly stream: ProgressStream) {}

  @Sse('events')
  @ApiOperation({
    summary: 'Server-sent events: the status of each image now and whenever it changes, until all are final',
  })
  @ApiProduces('text/event-stream')
  @ApiQuery({ name: 'ids', description: `Comma-separated image ids, ${mostIds} at most`, example: '1,2' })
  events(@Query('ids') ids?: unknown): Observable<MessageEvent> {
    const parsed = typeof ids === 'string' ? ids.split(',').map(parseImageId) : [];
    if (parsed.length === 0 || parsed.length > mostIds || parsed.includes(undefined)) {
      throw new InvalidRequestError([`Expected 1 to ${mostIds} comma-separated image ids for ids but received others`]);
    }
    return this.stream.watch(new Set(parsed as number[]));
  }
}
