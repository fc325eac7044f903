import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { CaptioningClient as _ekphrasis_v1_CaptioningClient, CaptioningDefinition as _ekphrasis_v1_CaptioningDefinition } from './ekphrasis/v1/Captioning.js';
import type { Chunk as _ekphrasis_v1_Chunk, Chunk__Output as _ekphrasis_v1_Chunk__Output } from './ekphrasis/v1/Chunk.js';
import type { GetRequest as _ekphrasis_v1_GetRequest, GetRequest__Output as _ekphrasis_v1_GetRequest__Output } from './ekphrasis/v1/GetRequest.js';
import type { Image as _ekphrasis_v1_Image, Image__Output as _ekphrasis_v1_Image__Output } from './ekphrasis/v1/Image.js';
import type { SubmitRequest as _ekphrasis_v1_SubmitRequest, SubmitRequest__Output as _ekphrasis_v1_SubmitRequest__Output } from './ekphrasis/v1/SubmitRequest.js';
import type { SubmitResponse as _ekphrasis_v1_SubmitResponse, SubmitResponse__Output as _ekphrasis_v1_SubmitResponse__Output } from './ekphrasis/v1/SubmitResponse.js';
import type { WatchRequest as _ekphrasis_v1_WatchRequest, WatchRequest__Output as _ekphrasis_v1_WatchRequest__Output } from './ekphrasis/v1/WatchRequest.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  ekphrasis: {
    v1: {
      /**
       * Says in words what is in pictures: the same images as those of the REST API. Clients with a key send it as the metadata
       * `authorization: Bearer <key>`; UNAUTHENTICATED for one that is not known.
       */
      Captioning: SubtypeConstructor<typeof grpc.Client, _ekphrasis_v1_CaptioningClient> & { service: _ekphrasis_v1_CaptioningDefinition }
      Chunk: MessageTypeDefinition<_ekphrasis_v1_Chunk, _ekphrasis_v1_Chunk__Output>
      GetRequest: MessageTypeDefinition<_ekphrasis_v1_GetRequest, _ekphrasis_v1_GetRequest__Output>
      Image: MessageTypeDefinition<_ekphrasis_v1_Image, _ekphrasis_v1_Image__Output>
      SubmitRequest: MessageTypeDefinition<_ekphrasis_v1_SubmitRequest, _ekphrasis_v1_SubmitRequest__Output>
      SubmitResponse: MessageTypeDefinition<_ekphrasis_v1_SubmitResponse, _ekphrasis_v1_SubmitResponse__Output>
      WatchRequest: MessageTypeDefinition<_ekphrasis_v1_WatchRequest, _ekphrasis_v1_WatchRequest__Output>
    }
  }
}

