import { Injectable } from '@nestjs/common';
import { QueuePosition } from './queue-position.js';

/** How far workers have come with processing. */
@Injectable()
export class ProcessingQueuePosition extends QueuePosition {}
