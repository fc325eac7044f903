import { Body, Controller, Get, Header, HttpCode, Post, Query } from '@nestjs/common';
import { MessagesRequestPipe, type MessagesRequest } from './messages-request.js';
import { ResultsQueryPipe, type ResultsQuery } from './results-query.js';
import { ResultsRepository, type Result } from './results.repository.js';
import { TaskSubmission } from './task-submission.service.js';

/** What the page asks for, and whoever else likes. */
@Controller('api')
export class PageApiController {
  constructor(
    private readonly results: ResultsRepository,
    private readonly submission: TaskSubmission,
  ) {}

  @Get('results')
  @Header('cache-control', 'no-store')
  async find(@Query(ResultsQueryPipe) query: ResultsQuery): Promise<{ results: Result[] }> {
    return { results: await this.results.find(query) };
  }

  /** Each string is one message, commas and all. */
  @Post('messages')
  @HttpCode(202)
  async submit(@Body(MessagesRequestPipe) { messages }: MessagesRequest): Promise<{ accepted: number }> {
    await this.submission.submit(messages);
    return { accepted: messages.length };
  }
}
