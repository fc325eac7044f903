import { Controller, Get, Headers, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBody,
  ApiConsumes,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { CallingClient } from '@ekphrasis/access';
import { PROCESSED_STORAGE, streamObject, type ByteRange, type ObjectStorage } from '@ekphrasis/storage';
import { JobIdPipe } from './job-id.js';
import { ProcessingIntake } from './processing-intake.service.js';
import { ProcessingJobsRepository } from './processing-jobs.repository.js';
import {
  ProcessingStatusView,
  processingStatusView,
  type ProcessedView,
  type ProcessingJobRow,
} from './processing-status.js';
import { ProcessingNotFoundError } from './processing.errors.js';
import { readProcessingForm } from './requests/processing-form.js';
import { sendFile } from './send-file.js';
import { UploadAnswer, uploadSchema } from './upload-answer.js';

@ApiTags('processing')
@Controller()
export class ProcessingController {
  constructor(
    private readonly intake: ProcessingIntake,
    private readonly jobs: ProcessingJobsRepository,
    @Inject(PROCESSED_STORAGE) private readonly processed: ObjectStorage,
  ) {}

  @Post('upload')
  @HttpCode(200)
  @ApiOperation({ summary: 'Have a picture resized, marked, filtered: in the order of the operations' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ schema: uploadSchema })
  @ApiOkResponse({ type: UploadAnswer })
  @ApiBadRequestResponse({
    description: 'No picture in the part file, or a field that is not as it should be (a problem document, RFC 9457)',
  })
  async upload(@Req() request: FastifyRequest, @CallingClient() clientId: string | undefined): Promise<UploadAnswer> {
    const length = request.headers['content-length'];
    const { jobId, operations } = await this.intake.accept({
      announcedBytes: length === undefined ? undefined : Number(length),
      clientId,
      read: () => readProcessingForm(request),
    });
    return { job_id: jobId, status: 'queued', operations, message: 'The picture is queued to be processed' };
  }

  @Get('status/:job_id')
  @ApiOperation({ summary: 'Where one processing job is on its way, and what it came to' })
  @ApiOkResponse({ type: ProcessingStatusView })
  @ApiNotFoundResponse({ description: 'No such job, or that of another client (a problem document, RFC 9457)' })
  async status(
    @Param('job_id', JobIdPipe) jobId: string,
    @CallingClient() clientId: string | undefined,
  ): Promise<ProcessingStatusView> {
    return processingStatusView(await this.jobOf(jobId, clientId));
  }

  @Get('processed/:job_id')
  @ApiOperation({ summary: 'The processed picture; whole, or a range of its bytes' })
  @ApiProduces('image/*')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @ApiNotFoundResponse({ description: 'No such job, or no picture yet (a problem document, RFC 9457)' })
  async picture(
    @Param('job_id', JobIdPipe) jobId: string,
    @CallingClient() clientId: string | undefined,
    @Res() reply: FastifyReply,
    @Headers('range') range?: string,
    @Headers('if-range') ifRange?: string,
    @Headers('if-none-match') ifNoneMatch?: string,
  ): Promise<void> {
    const { status, result } = await this.jobOf(jobId, clientId);
    if (status !== 'completed') throw new ProcessingNotFoundError('There is no processed picture of this job');
    const { processed_key: key, format, bytes } = result as unknown as ProcessedView;
    const open = (part: ByteRange) => this.open(key, part);
    // the key has a digest of the bytes
    await sendFile(
      reply,
      { bytes, type: `image/${format}`, entityTag: `"${key}"`, open },
      { range, ifRange, ifNoneMatch },
    );
  }

  private async open(key: string, part: ByteRange): Promise<Readable> {
    const content = await streamObject(this.processed, key, part);
    if (!content) throw new ProcessingNotFoundError('The processed picture is no longer kept');
    return content;
  }

  private async jobOf(jobId: string, clientId: string | undefined): Promise<ProcessingJobRow> {
    const job = await this.jobs.find(jobId, clientId);
    if (!job) throw new ProcessingNotFoundError('No job has this id');
    return job;
  }
}
