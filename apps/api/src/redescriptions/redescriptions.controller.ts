import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiConflictResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CallingClient } from '@ekphrasis/access';
import { ImageIdPipe } from '../images/image-id.js';
import { Redescriptions } from './redescriptions.service.js';

@ApiTags('images')
@Controller('images')
export class RedescriptionsController {
  constructor(private readonly redescriptions: Redescriptions) {}

  @Post(':image_id/redescribe')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Describe an image anew, by the model that the workers have now',
    description: 'Its old description can be read until the new one is there, and goes on being read where that fails.',
  })
  @ApiAcceptedResponse({ schema: { type: 'object', properties: { image_id: { type: 'integer', example: 17 } } } })
  @ApiNotFoundResponse({ description: 'No such image (a problem document, RFC 9457)' })
  @ApiConflictResponse({
    description: 'It was uploaded, and its picture is no longer kept (a problem document, RFC 9457)',
  })
  async redescribe(
    @Param('image_id', ImageIdPipe) imageId: number,
    @CallingClient() caller: string | undefined,
  ): Promise<{ image_id: number }> {
    await this.redescriptions.redescribe(imageId, caller);
    return { image_id: imageId };
  }
}
