import { Controller, Get, Query } from '@nestjs/common';
import { ApiBadRequestResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { CallingClient } from '@ekphrasis/access';
import { imageStatusView, type ImageStatusView } from '@ekphrasis/images';
import { ImageStatusDto } from '../images/image-status.dto.js';
import { SearchQuery, SearchQueryPipe } from './search.query.js';
import { SearchRepository } from './search.repository.js';

class FoundImagesDto {
  @ApiProperty({ type: [ImageStatusDto] })
  images: ImageStatusDto[];
}

@ApiTags('images')
@Controller('images')
export class SearchController {
  constructor(private readonly repository: SearchRepository) {}

  @Get('search')
  @ApiOperation({
    summary: 'Statuses by tag, by state or by both, a page at a time',
    description:
      'By their ids, ascending; the next page begins `after` the last id of this one. With a key, the client’s own; without one, those that were submitted without.',
  })
  @ApiOkResponse({ type: FoundImagesDto })
  @ApiBadRequestResponse({ description: 'A parameter that is not as it should be (a problem document, RFC 9457)' })
  async search(
    @Query(SearchQueryPipe) query: SearchQuery,
    @CallingClient() client: string | undefined,
  ): Promise<{ images: ImageStatusView[] }> {
    const rows = await this.repository.find(query, client);
    return { images: rows.map(imageStatusView) };
  }
}
