// Original file: libs/contracts/src/grpc/message_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ABRequest as _message_ABRequest, ABRequest__Output as _message_ABRequest__Output } from '../message/ABRequest.js';
import type { ABResponse as _message_ABResponse, ABResponse__Output as _message_ABResponse__Output } from '../message/ABResponse.js';
import type { FactorialRequest as _message_FactorialRequest, FactorialRequest__Output as _message_FactorialRequest__Output } from '../message/FactorialRequest.js';
import type { FactorialResponse as _message_FactorialResponse, FactorialResponse__Output as _message_FactorialResponse__Output } from '../message/FactorialResponse.js';
import type { LetterResponse as _message_LetterResponse, LetterResponse__Output as _message_LetterResponse__Output } from '../message/LetterResponse.js';
import type { MessageRequest as _message_MessageRequest, MessageRequest__Output as _message_MessageRequest__Output } from '../message/MessageRequest.js';
import type { MessageResponse as _message_MessageResponse, MessageResponse__Output as _message_MessageResponse__Output } from '../message/MessageResponse.js';
import type { TextRequest as _message_TextRequest, TextRequest__Output as _message_TextRequest__Output } from '../message/TextRequest.js';

/**
 * Small answers to texts, which clients ask for directly or through the queue `task_queue`.
 */
export interface MessageServiceClient extends grpc.Client {
  /**
   * The group of an experiment that a user belongs to: the same whenever it is asked for. INVALID_ARGUMENT for an empty id.
   * Example: {"user_id": "user42"}
   */
  AssignAB(argument: _message_ABRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_message_ABResponse__Output>): grpc.ClientUnaryCall;
  AssignAB(argument: _message_ABRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_message_ABResponse__Output>): grpc.ClientUnaryCall;
  AssignAB(argument: _message_ABRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_message_ABResponse__Output>): grpc.ClientUnaryCall;
  AssignAB(argument: _message_ABRequest, callback: grpc.requestCallback<_message_ABResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The group of an experiment that a user belongs to: the same whenever it is asked for. INVALID_ARGUMENT for an empty id.
   * Example: {"user_id": "user42"}
   */
  assignAb(argument: _message_ABRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_message_ABResponse__Output>): grpc.ClientUnaryCall;
  assignAb(argument: _message_ABRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_message_ABResponse__Output>): grpc.ClientUnaryCall;
  assignAb(argument: _message_ABRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_message_ABResponse__Output>): grpc.ClientUnaryCall;
  assignAb(argument: _message_ABRequest, callback: grpc.requestCallback<_message_ABResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * n!, exactly. INVALID_ARGUMENT below 0, OUT_OF_RANGE above 10000.
   * Example: {"n": 6}
   */
  Factorial(argument: _message_FactorialRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_message_FactorialResponse__Output>): grpc.ClientUnaryCall;
  Factorial(argument: _message_FactorialRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_message_FactorialResponse__Output>): grpc.ClientUnaryCall;
  Factorial(argument: _message_FactorialRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_message_FactorialResponse__Output>): grpc.ClientUnaryCall;
  Factorial(argument: _message_FactorialRequest, callback: grpc.requestCallback<_message_FactorialResponse__Output>): grpc.ClientUnaryCall;
  /**
   * n!, exactly. INVALID_ARGUMENT below 0, OUT_OF_RANGE above 10000.
   * Example: {"n": 6}
   */
  factorial(argument: _message_FactorialRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_message_FactorialResponse__Output>): grpc.ClientUnaryCall;
  factorial(argument: _message_FactorialRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_message_FactorialResponse__Output>): grpc.ClientUnaryCall;
  factorial(argument: _message_FactorialRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_message_FactorialResponse__Output>): grpc.ClientUnaryCall;
  factorial(argument: _message_FactorialRequest, callback: grpc.requestCallback<_message_FactorialResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Counts letters of any alphabet, without regard to case.
   * Example: {"text": "abracadabra"}
   */
  MostFrequentLetter(argument: _message_TextRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_message_LetterResponse__Output>): grpc.ClientUnaryCall;
  MostFrequentLetter(argument: _message_TextRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_message_LetterResponse__Output>): grpc.ClientUnaryCall;
  MostFrequentLetter(argument: _message_TextRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_message_LetterResponse__Output>): grpc.ClientUnaryCall;
  MostFrequentLetter(argument: _message_TextRequest, callback: grpc.requestCallback<_message_LetterResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Counts letters of any alphabet, without regard to case.
   * Example: {"text": "abracadabra"}
   */
  mostFrequentLetter(argument: _message_TextRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_message_LetterResponse__Output>): grpc.ClientUnaryCall;
  mostFrequentLetter(argument: _message_TextRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_message_LetterResponse__Output>): grpc.ClientUnaryCall;
  mostFrequentLetter(argument: _message_TextRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_message_LetterResponse__Output>): grpc.ClientUnaryCall;
  mostFrequentLetter(argument: _message_TextRequest, callback: grpc.requestCallback<_message_LetterResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * The text in capitals, behind a prefix.
   * Example: {"text": "hello, world!"}
   */
  ProcessMessage(argument: _message_MessageRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_message_MessageResponse__Output>): grpc.ClientUnaryCall;
  ProcessMessage(argument: _message_MessageRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_message_MessageResponse__Output>): grpc.ClientUnaryCall;
  ProcessMessage(argument: _message_MessageRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_message_MessageResponse__Output>): grpc.ClientUnaryCall;
  ProcessMessage(argument: _message_MessageRequest, callback: grpc.requestCallback<_message_MessageResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The text in capitals, behind a prefix.
   * Example: {"text": "hello, world!"}
   */
  processMessage(argument: _message_MessageRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_message_MessageResponse__Output>): grpc.ClientUnaryCall;
  processMessage(argument: _message_MessageRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_message_MessageResponse__Output>): grpc.ClientUnaryCall;
  processMessage(argument: _message_MessageRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_message_MessageResponse__Output>): grpc.ClientUnaryCall;
  processMessage(argument: _message_MessageRequest, callback: grpc.requestCallback<_message_MessageResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Small answers to texts, which clients ask for directly or through the queue `task_queue`.
 */
export interface MessageServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * The group of an experiment that a user belongs to: the same whenever it is asked for. INVALID_ARGUMENT for an empty id.
   * Example: {"user_id": "user42"}
   */
  AssignAB: grpc.handleUnaryCall<_message_ABRequest__Output, _message_ABResponse>;
  
  /**
   * n!, exactly. INVALID_ARGUMENT below 0, OUT_OF_RANGE above 10000.
   * Example: {"n": 6}
   */
  Factorial: grpc.handleUnaryCall<_message_FactorialRequest__Output, _message_FactorialResponse>;
  
  /**
   * Counts letters of any alphabet, without regard to case.
   * Example: {"text": "abracadabra"}
   */
  MostFrequentLetter: grpc.handleUnaryCall<_message_TextRequest__Output, _message_LetterResponse>;
  
  /**
   * The text in capitals, behind a prefix.
   * Example: {"text": "hello, world!"}
   */
  ProcessMessage: grpc.handleUnaryCall<_message_MessageRequest__Output, _message_MessageResponse>;
  
}

export interface MessageServiceDefinition extends grpc.ServiceDefinition {
  AssignAB: MethodDefinition<_message_ABRequest, _message_ABResponse, _message_ABRequest__Output, _message_ABResponse__Output>
  Factorial: MethodDefinition<_message_FactorialRequest, _message_FactorialResponse, _message_FactorialRequest__Output, _message_FactorialResponse__Output>
  MostFrequentLetter: MethodDefinition<_message_TextRequest, _message_LetterResponse, _message_TextRequest__Output, _message_LetterResponse__Output>
  ProcessMessage: MethodDefinition<_message_MessageRequest, _message_MessageResponse, _message_MessageRequest__Output, _message_MessageResponse__Output>
}
