import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { Controller, UseFilters, UseGuards } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  ABRequest,
  ABResponse,
  FactorialRequest,
  FactorialResponse,
  LetterResponse,
  MessageRequest,
  MessageResponse,
  TextRequest,
} from '@ekphrasis/contracts';
import { InvalidRequestError } from '@ekphrasis/errors';
import { CallerGuard } from '../grpc-server/caller.js';
import { cancellationOf } from '../grpc-server/cancellation.js';
import { GrpcStatusFilter } from '../grpc-server/grpc-status.filter.js';
import { assignGroup } from './assign-group.js';
import { Factorials } from './factorials.js';
import { mostFrequentLetter } from './most-frequent-letter.js';

type FactorialCall = ServerUnaryCall<FactorialRequest, FactorialResponse>;

/** What stands before a processed text: clients of this service have always got it in Russian. */
const processedBy = 'Обработано сервером: ';

/** `message.MessageService`. */
@Controller()
@UseFilters(GrpcStatusFilter)
@UseGuards(CallerGuard)
export class MessageController {
  constructor(private readonly factorials: Factorials) {}

  @GrpcMethod('MessageService', 'ProcessMessage')
  processMessage({ text }: MessageRequest): MessageResponse {
    return { processed_text: `${processedBy}${text.toUpperCase()}` };
  }

  @GrpcMethod('MessageService', 'AssignAB')
  assignAB({ user_id: userId }: ABRequest): ABResponse {
    if (userId === '') throw new InvalidRequestError(['Expected a user’s id for user_id but received an empty text']);
    return { group: assignGroup(userId) };
  }

  @GrpcMethod('MessageService', 'Factorial')
  async factorial({ n }: FactorialRequest, _: Metadata, call: FactorialCall): Promise<FactorialResponse> {
    return { value: await this.factorials.of(n, cancellationOf(call)) };
  }

  @GrpcMethod('MessageService', 'MostFrequentLetter')
  async mostFrequentLetter({ text }: TextRequest): Promise<LetterResponse> {
    return { letter: await mostFrequentLetter(text) };
  }
}
