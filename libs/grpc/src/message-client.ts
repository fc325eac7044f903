import { credentials, loadPackageDefinition, Metadata, type requestCallback } from '@grpc/grpc-js';
import { readFileSync } from 'node:fs';
import type { MessagePackage, MessageServiceClient } from '@ekphrasis/contracts';
import { currentTraceparent, isTracing, SpanKind, traced } from '@ekphrasis/tracing';
import { GrpcCallError } from './grpc.errors.js';
import type { GrpcClientSettings } from './grpc-client.settings.js';
import { packageDefinition } from './package-definition.js';

/** A service that vanished without a word is noticed by these; one that comes back is found within two seconds. */
const channelOptions = {
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 2_000,
  // a text that grows in capitals may be answered by more than the 4 MiB that it was sent with
  'grpc.max_receive_message_length': -1,
};

interface CallOptions {
  /** Ends the call. */
  signal?: AbortSignal;
}

/** `MessageService` over the wire: each call with a time limit, and rejected with a `GrpcCallError`. */
export class MessageClient {
  private readonly client: MessageServiceClient;
  private readonly metadata = new Metadata();

  constructor(private readonly settings: GrpcClientSettings) {
    const { GRPC_TARGET: target, GRPC_TLS_CA: ca, GRPC_API_KEY: key } = settings;
    const packages = loadPackageDefinition(packageDefinition()) as unknown as MessagePackage;
    const security = ca === undefined ? credentials.createInsecure() : credentials.createSsl(readFileSync(ca));
    this.client = new packages.message.MessageService(target, security, channelOptions);
    if (key !== undefined) this.metadata.set('authorization', `Bearer ${key}`);
  }

  async processMessage(text: string, options?: CallOptions): Promise<string> {
    const { processed_text } = await this.call('ProcessMessage', { text }, options);
    return processed_text;
  }

  async assignAB(userId: string, options?: CallOptions): Promise<string> {
    const { group } = await this.call('AssignAB', { user_id: userId }, options);
    return group;
  }

  /** @param n decimal digits of an int64 */
  async factorial(n: string, options?: CallOptions): Promise<string> {
    const { value } = await this.call('Factorial', { n }, options);
    return value;
  }

  async mostFrequentLetter(text: string, options?: CallOptions): Promise<string> {
    const { letter } = await this.call('MostFrequentLetter', { text }, options);
    return letter;
  }

  close(): void {
    this.client.close();
  }

  private call<Method extends keyof Answers>(
    method: Method,
    request: object,
    options: CallOptions = {},
  ): Promise<Answers[Method]> {
    if (!isTracing()) return this.send(method, request, this.metadata, options);
    const attributes = { 'rpc.system.name': 'grpc', 'rpc.method': `message.MessageService/${method}` };
    return traced(`message.MessageService/${method}`, { kind: SpanKind.CLIENT, attributes }, () => {
      const metadata = this.metadata.clone();
      metadata.set('traceparent', currentTraceparent() ?? '');
      return this.send(method, request, metadata, options);
    });
  }

  private send<Method extends keyof Answers>(
    method: Method,
    request: object,
    metadata: Metadata,
    { signal }: CallOptions,
  ): Promise<Answers[Method]> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const answered: requestCallback<Answers[Method]> = (error, answer) => {
        signal?.removeEventListener('abort', cancel);
        if (error) reject(new GrpcCallError(method, error));
        else resolve(answer as Answers[Method]);
      };
      const send = this.client[method].bind(this.client) as Send<Answers[Method]>;
      const call = send(request, metadata, { deadline: Date.now() + this.settings.GRPC_TIMEOUT_MS }, answered);
      const cancel = (): void => call.cancel();
      signal?.addEventListener('abort', cancel, { once: true });
    });
  }
}

interface Answers {
  ProcessMessage: { processed_text: string };
  AssignAB: { group: string };
  Factorial: { value: string };
  MostFrequentLetter: { letter: string };
}

type Send<Answer> = (
  request: object,
  metadata: Metadata,
  options: { deadline: number },
  callback: requestCallback<Answer>,
) => { cancel(): void };
