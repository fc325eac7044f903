import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { CallingClient, OperatorsOnly } from '@ekphrasis/access';
import { ImageIdPipe } from '../images/image-id.js';
import { Retries } from './retries.service.js';
import { mostRetried, RetryRequestDto, RetryRequestPipe } from './retry-request.dto.js';

@ApiTags('images')
@Controller('images')
export class RetriesController {
  constructor(private readonly retries: Retries) {}

  @Post(':image_id/retry')
  @HttpCode(202)
  @ApiOperation({ summary: 'Try a failed image again, with all its attempts before it' })
  @ApiAcceptedResponse({ schema: { type: 'object', properties: { image_id: { type: 'integer', example: 17 } } } })
  @ApiNotFoundResponse({ description: 'No such image (a problem document, RFC 9457)' })
  @ApiConflictResponse({
    description: 'It has not failed, or was uploaded and its picture is no longer kept (a problem document, RFC 9457)',
  })
  async retry(
    @Param('image_id', ImageIdPipe) imageId: number,
    @CallingClient() caller: string | undefined,
  ): Promise<{ image_id: number }> {
    await this.retries.retry(imageId, caller);
    return { image_id: imageId };
  }

  @Post('retry')
  @OperatorsOnly()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Try all images again that failed for one reason, the lowest ids first',
    description: `Where \`retried\` is the limit there may be more: call again.`,
  })
  @ApiAcceptedResponse({ schema: { type: 'object', properties: { retried: { type: 'integer', example: 240 } } } })
  @ApiBadRequestResponse({ description: 'No code, or a wrong limit (a problem document, RFC 9457)' })
  async retryAll(@Body(RetryRequestPipe) { code, limit }: RetryRequestDto): Promise<{ retried: number }> {
    return { retried: await this.retries.retryAll(code, limit ?? mostRetried) };
  }
}
