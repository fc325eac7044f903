import { Injectable } from '@nestjs/common';
import { QueuePosition } from './queue-position.js';

/** How far workers have come with captions. */
@Injectable()
export class CaptionQueuePosition extends QueuePosition {}
