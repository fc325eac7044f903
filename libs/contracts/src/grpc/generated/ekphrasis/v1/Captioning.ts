// Original file: libs/contracts/src/grpc/captioning.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { Chunk as _ekphrasis_v1_Chunk, Chunk__Output as _ekphrasis_v1_Chunk__Output } from '../../ekphrasis/v1/Chunk.js';
import type { GetRequest as _ekphrasis_v1_GetRequest, GetRequest__Output as _ekphrasis_v1_GetRequest__Output } from '../../ekphrasis/v1/GetRequest.js';
import type { Image as _ekphrasis_v1_Image, Image__Output as _ekphrasis_v1_Image__Output } from '../../ekphrasis/v1/Image.js';
import type { SubmitRequest as _ekphrasis_v1_SubmitRequest, SubmitRequest__Output as _ekphrasis_v1_SubmitRequest__Output } from '../../ekphrasis/v1/SubmitRequest.js';
import type { SubmitResponse as _ekphrasis_v1_SubmitResponse, SubmitResponse__Output as _ekphrasis_v1_SubmitResponse__Output } from '../../ekphrasis/v1/SubmitResponse.js';
import type { WatchRequest as _ekphrasis_v1_WatchRequest, WatchRequest__Output as _ekphrasis_v1_WatchRequest__Output } from '../../ekphrasis/v1/WatchRequest.js';

/**
 * Says in words what is in pictures: the same images as those of the REST API. Clients with a key send it as the metadata
 * `authorization: Bearer <key>`; UNAUTHENTICATED for one that is not known.
 */
export interface CaptioningClient extends grpc.Client {
  /**
   * What is known of an image. NOT_FOUND for one that there is not, or that is another client's.
   * Example: {"image_id": 1}
   */
  Get(argument: _ekphrasis_v1_GetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ekphrasis_v1_Image__Output>): grpc.ClientUnaryCall;
  Get(argument: _ekphrasis_v1_GetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_ekphrasis_v1_Image__Output>): grpc.ClientUnaryCall;
  Get(argument: _ekphrasis_v1_GetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_ekphrasis_v1_Image__Output>): grpc.ClientUnaryCall;
  Get(argument: _ekphrasis_v1_GetRequest, callback: grpc.requestCallback<_ekphrasis_v1_Image__Output>): grpc.ClientUnaryCall;
  /**
   * What is known of an image. NOT_FOUND for one that there is not, or that is another client's.
   * Example: {"image_id": 1}
   */
  get(argument: _ekphrasis_v1_GetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ekphrasis_v1_Image__Output>): grpc.ClientUnaryCall;
  get(argument: _ekphrasis_v1_GetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_ekphrasis_v1_Image__Output>): grpc.ClientUnaryCall;
  get(argument: _ekphrasis_v1_GetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_ekphrasis_v1_Image__Output>): grpc.ClientUnaryCall;
  get(argument: _ekphrasis_v1_GetRequest, callback: grpc.requestCallback<_ekphrasis_v1_Image__Output>): grpc.ClientUnaryCall;
  
  /**
   * Takes a picture by its URL. INVALID_ARGUMENT for what is no URL.
   * Example: {"image_url": "https://example.com/picture.jpg", "tag": "mine"}
   */
  Submit(argument: _ekphrasis_v1_SubmitRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ekphrasis_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  Submit(argument: _ekphrasis_v1_SubmitRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_ekphrasis_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  Submit(argument: _ekphrasis_v1_SubmitRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_ekphrasis_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  Submit(argument: _ekphrasis_v1_SubmitRequest, callback: grpc.requestCallback<_ekphrasis_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Takes a picture by its URL. INVALID_ARGUMENT for what is no URL.
   * Example: {"image_url": "https://example.com/picture.jpg", "tag": "mine"}
   */
  submit(argument: _ekphrasis_v1_SubmitRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ekphrasis_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  submit(argument: _ekphrasis_v1_SubmitRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_ekphrasis_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  submit(argument: _ekphrasis_v1_SubmitRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_ekphrasis_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  submit(argument: _ekphrasis_v1_SubmitRequest, callback: grpc.requestCallback<_ekphrasis_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Takes the bytes of one picture, 20 MiB at most, in as many chunks as the client likes. INVALID_ARGUMENT for what is no picture,
   * RESOURCE_EXHAUSTED for one that is larger.
   */
  Upload(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ekphrasis_v1_SubmitResponse__Output>): grpc.ClientWritableStream<_ekphrasis_v1_Chunk>;
  Upload(metadata: grpc.Metadata, callback: grpc.requestCallback<_ekphrasis_v1_SubmitResponse__Output>): grpc.ClientWritableStream<_ekphrasis_v1_Chunk>;
  Upload(options: grpc.CallOptions, callback: grpc.requestCallback<_ekphrasis_v1_SubmitResponse__Output>): grpc.ClientWritableStream<_ekphrasis_v1_Chunk>;
  Upload(callback: grpc.requestCallback<_ekphrasis_v1_SubmitResponse__Output>): grpc.ClientWritableStream<_ekphrasis_v1_Chunk>;
  /**
   * Takes the bytes of one picture, 20 MiB at most, in as many chunks as the client likes. INVALID_ARGUMENT for what is no picture,
   * RESOURCE_EXHAUSTED for one that is larger.
   */
  upload(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ekphrasis_v1_SubmitResponse__Output>): grpc.ClientWritableStream<_ekphrasis_v1_Chunk>;
  upload(metadata: grpc.Metadata, callback: grpc.requestCallback<_ekphrasis_v1_SubmitResponse__Output>): grpc.ClientWritableStream<_ekphrasis_v1_Chunk>;
  upload(options: grpc.CallOptions, callback: grpc.requestCallback<_ekphrasis_v1_SubmitResponse__Output>): grpc.ClientWritableStream<_ekphrasis_v1_Chunk>;
  upload(callback: grpc.requestCallback<_ekphrasis_v1_SubmitResponse__Output>): grpc.ClientWritableStream<_ekphrasis_v1_Chunk>;
  
  /**
   * The present state of each image, then its changes; ends when all are described or have failed. NOT_FOUND as Get,
   * INVALID_ARGUMENT for no ids or too many, UNAVAILABLE where the process ends: watch again.
   * Example: {"image_ids": [1, 2]}
   */
  Watch(argument: _ekphrasis_v1_WatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_ekphrasis_v1_Image__Output>;
  Watch(argument: _ekphrasis_v1_WatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_ekphrasis_v1_Image__Output>;
  /**
   * The present state of each image, then its changes; ends when all are described or have failed. NOT_FOUND as Get,
   * INVALID_ARGUMENT for no ids or too many, UNAVAILABLE where the process ends: watch again.
   * Example: {"image_ids": [1, 2]}
   */
  watch(argument: _ekphrasis_v1_WatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_ekphrasis_v1_Image__Output>;
  watch(argument: _ekphrasis_v1_WatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_ekphrasis_v1_Image__Output>;
  
}

/**
 * Says in words what is in pictures: the same images as those of the REST API. Clients with a key send it as the metadata
 * `authorization: Bearer <key>`; UNAUTHENTICATED for one that is not known.
 */
export interface CaptioningHandlers extends grpc.UntypedServiceImplementation {
  /**
   * What is known of an image. NOT_FOUND for one that there is not, or that is another client's.
   * Example: {"image_id": 1}
   */
  Get: grpc.handleUnaryCall<_ekphrasis_v1_GetRequest__Output, _ekphrasis_v1_Image>;
  
  /**
   * Takes a picture by its URL. INVALID_ARGUMENT for what is no URL.
   * Example: {"image_url": "https://example.com/picture.jpg", "tag": "mine"}
   */
  Submit: grpc.handleUnaryCall<_ekphrasis_v1_SubmitRequest__Output, _ekphrasis_v1_SubmitResponse>;
  
  /**
   * Takes the bytes of one picture, 20 MiB at most, in as many chunks as the client likes. INVALID_ARGUMENT for what is no picture,
   * RESOURCE_EXHAUSTED for one that is larger.
   */
  Upload: grpc.handleClientStreamingCall<_ekphrasis_v1_Chunk__Output, _ekphrasis_v1_SubmitResponse>;
  
  /**
   * The present state of each image, then its changes; ends when all are described or have failed. NOT_FOUND as Get,
   * INVALID_ARGUMENT for no ids or too many, UNAVAILABLE where the process ends: watch again.
   * Example: {"image_ids": [1, 2]}
   */
  Watch: grpc.handleServerStreamingCall<_ekphrasis_v1_WatchRequest__Output, _ekphrasis_v1_Image>;
  
}

export interface CaptioningDefinition extends grpc.ServiceDefinition {
  Get: MethodDefinition<_ekphrasis_v1_GetRequest, _ekphrasis_v1_Image, _ekphrasis_v1_GetRequest__Output, _ekphrasis_v1_Image__Output>
  Submit: MethodDefinition<_ekphrasis_v1_SubmitRequest, _ekphrasis_v1_SubmitResponse, _ekphrasis_v1_SubmitRequest__Output, _ekphrasis_v1_SubmitResponse__Output>
  Upload: MethodDefinition<_ekphrasis_v1_Chunk, _ekphrasis_v1_SubmitResponse, _ekphrasis_v1_Chunk__Output, _ekphrasis_v1_SubmitResponse__Output>
  Watch: MethodDefinition<_ekphrasis_v1_WatchRequest, _ekphrasis_v1_Image, _ekphrasis_v1_WatchRequest__Output, _ekphrasis_v1_Image__Output>
}
