import { credentials, loadPackageDefinition, Metadata, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';

/** A client made of a .proto file alone, as one in any language is. */
export interface GrpcClient {
  /** Rejects with the status: `code`, `details`. */
  call<Answer = Record<string, unknown>>(method: string, request: object, key?: string): Promise<Answer>;
  /** Streams to the server. */
  upload<Answer = Record<string, unknown>>(method: string, requests: Iterable<object>, key?: string): Promise<Answer>;
  /** Everything that the server streams, until it ends. */
  stream<Answer = Record<string, unknown>>(method: string, request: object, key?: string): Promise<Answer[]>;
  /** The methods as `@grpc/grpc-js` makes them, for calls that are cancelled, late, or not read. */
  readonly stub: Stub;
  close(): void;
}

type Stub = Record<string, (...parameters: unknown[]) => StubCall>;

/** What is common to calls of all kinds. */
export type StubCall = Duplex & { cancel(): void };

const root = join(__dirname, '../..');
const protos = {
  'message.MessageService': 'libs/contracts/src/grpc/message_service.proto',
  'ekphrasis.v1.Captioning': 'libs/contracts/src/grpc/captioning.proto',
  'grpc.health.v1.Health': 'node_modules/grpc-health-check/proto/health/v1/health.proto',
  'grpc.reflection.v1.ServerReflection':
    'node_modules/@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto',
};
const deadlineMs = 20_000;

/**
 * @param target `host:port`
 * @param authority certificates (PEM) of who may vouch for the server; not encrypted without
 */
export function grpcClient(service: keyof typeof protos, target: string, authority?: Buffer): GrpcClient {
  const definition = loadSync(join(root, protos[service]), {
    keepCase: true,
    longs: Number,
    defaults: true,
    enums: String,
  });
  let found: unknown = loadPackageDefinition(definition);
  for (const name of service.split('.')) found = (found as Record<string, unknown>)[name];
  const Stub = found as new (target: string, security: object) => Stub & { close(): void };
  const stub = new Stub(target, authority ? credentials.createSsl(authority) : credentials.createInsecure());
  const options = () => ({ deadline: Date.now() + deadlineMs });
  return {
    call: (method, request, key) =>
      answered((callback) => stub[method]!(request, metadataOf(key), options(), callback)),
    upload: (method, requests, key) =>
      answered((callback) => {
        const stream = stub[method]!(metadataOf(key), options(), callback);
        stream.on('error', () => undefined);
        for (const request of requests) stream.write(request);
        stream.end();
      }),
    async stream<Answer>(method: string, request: object, key?: string) {
      const answers: Answer[] = [];
      for await (const answer of stub[method]!(request, metadataOf(key), options()) as AsyncIterable<Answer>) {
        answers.push(answer);
      }
      return answers;
    },
    stub,
    close: () => stub.close(),
  };
}

function metadataOf(key: string | undefined): Metadata {
  const metadata = new Metadata();
  if (key !== undefined) metadata.set('authorization', `Bearer ${key}`);
  return metadata;
}

function answered<Answer>(
  send: (callback: (error: ServiceError | null, answer: Answer) => void) => unknown,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    send((error, answer) => (error ? reject(error) : resolve(answer)));
  });
}
