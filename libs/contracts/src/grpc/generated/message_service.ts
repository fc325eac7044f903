import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { ABRequest as _message_ABRequest, ABRequest__Output as _message_ABRequest__Output } from './message/ABRequest.js';
import type { ABResponse as _message_ABResponse, ABResponse__Output as _message_ABResponse__Output } from './message/ABResponse.js';
import type { FactorialRequest as _message_FactorialRequest, FactorialRequest__Output as _message_FactorialRequest__Output } from './message/FactorialRequest.js';
import type { FactorialResponse as _message_FactorialResponse, FactorialResponse__Output as _message_FactorialResponse__Output } from './message/FactorialResponse.js';
import type { LetterResponse as _message_LetterResponse, LetterResponse__Output as _message_LetterResponse__Output } from './message/LetterResponse.js';
import type { MessageRequest as _message_MessageRequest, MessageRequest__Output as _message_MessageRequest__Output } from './message/MessageRequest.js';
import type { MessageResponse as _message_MessageResponse, MessageResponse__Output as _message_MessageResponse__Output } from './message/MessageResponse.js';
import type { MessageServiceClient as _message_MessageServiceClient, MessageServiceDefinition as _message_MessageServiceDefinition } from './message/MessageService.js';
import type { TextRequest as _message_TextRequest, TextRequest__Output as _message_TextRequest__Output } from './message/TextRequest.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  message: {
    ABRequest: MessageTypeDefinition<_message_ABRequest, _message_ABRequest__Output>
    ABResponse: MessageTypeDefinition<_message_ABResponse, _message_ABResponse__Output>
    FactorialRequest: MessageTypeDefinition<_message_FactorialRequest, _message_FactorialRequest__Output>
    FactorialResponse: MessageTypeDefinition<_message_FactorialResponse, _message_FactorialResponse__Output>
    LetterResponse: MessageTypeDefinition<_message_LetterResponse, _message_LetterResponse__Output>
    MessageRequest: MessageTypeDefinition<_message_MessageRequest, _message_MessageRequest__Output>
    MessageResponse: MessageTypeDefinition<_message_MessageResponse, _message_MessageResponse__Output>
    /**
     * Small answers to texts, which clients ask for directly or through the queue `task_queue`.
     */
    MessageService: SubtypeConstructor<typeof grpc.Client, _message_MessageServiceClient> & { service: _message_MessageServiceDefinition }
    TextRequest: MessageTypeDefinition<_message_TextRequest, _message_TextRequest__Output>
  }
}

