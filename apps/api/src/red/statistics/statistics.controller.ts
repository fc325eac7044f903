import { Controller, Get, Query } from '@nestjs/common';
import { ApiBadRequestResponse, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { CallingClient, ClientsOnly } from '@ekphrasis/access';
import { StatisticsQuery, StatisticsQueryPipe } from './statistics.query.js';
import { Statistics } from './statistics.service.js';
import { StatisticsView } from './statistics.view.js';

@ApiTags('red')
@Controller('red/stats')
export class StatisticsController {
  constructor(private readonly statistics: Statistics) {}

  @Get()
  @ClientsOnly()
  @ApiOperation({
    summary: 'How many own pictures were measured in a period, and how many of them are redder than a threshold',
    description: 'Times are of ISO 8601, UTC where they name no offset. Buckets begin on UTC minutes, hours or days.',
  })
  @ApiQuery({ type: StatisticsQuery })
  @ApiOkResponse({ type: StatisticsView })
  @ApiBadRequestResponse({
    description: 'An empty, reversed or unreadable period, an unknown bucket, too many buckets',
  })
  of(@CallingClient() clientId: string, @Query(StatisticsQueryPipe) query: StatisticsQuery): Promise<StatisticsView> {
    return this.statistics.of(clientId, query);
  }
}
