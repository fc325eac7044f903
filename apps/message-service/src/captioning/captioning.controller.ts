import type { Metadata, sendUnaryData, ServerReadableStream, ServerWritableStream } from '@grpc/grpc-js';
import { Controller, UseFilters } from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import type {
  Chunk,
  GetRequest,
  ImageMessage,
  SubmitRequest,
  SubmitResponse,
  WatchRequest,
} from '@ekphrasis/contracts';
import { Caller } from '../grpc-server/caller.js';
import { GrpcStatusFilter } from '../grpc-server/grpc-status.filter.js';
import { CaptioningService } from './captioning.service.js';
import { ImageWatches } from './image-watches.service.js';

/** `ekphrasis.v1.Captioning`. */
@Controller()
@UseFilters(GrpcStatusFilter)
export class CaptioningController {
  constructor(
    private readonly captioning: CaptioningService,
    private readonly watches: ImageWatches,
    private readonly caller: Caller,
    private readonly failures: GrpcStatusFilter,
  ) {}

  @GrpcMethod('Captioning', 'Submit')
  async submit(request: SubmitRequest, metadata: Metadata): Promise<SubmitResponse> {
    return { image_id: await this.captioning.submit(request, await this.caller.of(metadata)) };
  }

  /** Answers by itself: of a stream that is handed over whole, Nest looks at nothing that is thrown. */
  @GrpcStreamCall('Captioning', 'Upload')
  async upload(
    call: ServerReadableStream<Chunk, SubmitResponse>,
    answer: sendUnaryData<SubmitResponse>,
  ): Promise<void> {
    try {
      const caller = await this.caller.of(call.metadata);
      answer(null, { image_id: await this.captioning.upload(call, caller) });
    } catch (error) {
      answer(this.failures.statusOf(error));
    }
  }

  @GrpcMethod('Captioning', 'Get')
  async get({ image_id: imageId }: GetRequest, metadata: Metadata): Promise<ImageMessage> {
    return this.captioning.get(imageId, await this.caller.of(metadata));
  }

  @GrpcMethod('Captioning', 'Watch')
  async watch(
    { image_ids: imageIds }: WatchRequest,
    metadata: Metadata,
    call: ServerWritableStream<WatchRequest, ImageMessage>,
  ): Promise<Observable<never>> {
    return this.watches.open(imageIds, await this.caller.of(metadata), call);
  }
}
