import { Controller, Delete, HttpCode, Param } from '@nestjs/common';
import { ApiNoContentResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CallingClient } from '@ekphrasis/access';
import { ImageIdPipe } from '../images/image-id.js';
import { Removal } from './removal.service.js';

@ApiTags('images')
@Controller('images')
export class RemovalController {
  constructor(private readonly removal: Removal) {}

  @Delete(':image_id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete an image, its description, its picture and all else that is kept of it' })
  @ApiNoContentResponse({ description: 'It is gone' })
  @ApiNotFoundResponse({ description: 'No such image (a problem document, RFC 9457)' })
  async remove(
    @Param('image_id', ImageIdPipe) imageId: number,
    @CallingClient() caller: string | undefined,
  ): Promise<void> {
    await this.removal.remove(imageId, caller);
  }
}
