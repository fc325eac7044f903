import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { processingJob } from '@ekphrasis/contracts';
import { DeadLettersRepository } from './dead-letters.repository.js';

export class DeadLetterStatistics {
  @ApiProperty({ example: 'processing.jobs.dead' })
  dlq: string;

  @ApiProperty({ description: 'Uploads that could not be processed, and were not sent again', example: 1 })
  failed_messages: number;

  @ApiProperty({ format: 'date-time' })
  timestamp: string;

  @ApiProperty({
    type: Object,
    description: 'How many there are for each reason',
    example: { 'picture-truncated': 1 },
  })
  reasons: Record<string, number>;
}

@ApiTags('dead letters')
@Controller('dlq')
export class DeadLetterStatisticsController {
  constructor(private readonly letters: DeadLettersRepository) {}

  @Get('stats')
  @ApiOperation({ summary: 'How many uploads could not be processed, and why' })
  @ApiOkResponse({ type: DeadLetterStatistics })
  async statistics(): Promise<DeadLetterStatistics> {
    const dlq = processingJob.queues.dead.name;
    const reasons = await this.letters.countByCode(dlq);
    return {
      dlq,
      failed_messages: Object.values(reasons).reduce((sum, count) => sum + count, 0),
      timestamp: new Date().toISOString(),
      reasons,
    };
  }
}
