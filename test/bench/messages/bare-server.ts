import { loadPackageDefinition, Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js';
import type { MessagePackage } from '@ekphrasis/contracts';
import { packageDefinition } from '@ekphrasis/grpc';
import { assignGroup } from '../../../apps/message-service/src/messages/assign-group.js';
import { factorial } from '../../../apps/message-service/src/messages/factorial.js';
import { mostFrequentLetter } from '../../../apps/message-service/src/messages/most-frequent-letter.js';

type Answer = (error: Error | null, answer: object) => void;

/** The same methods on `@grpc/grpc-js` alone: what the framework, guards, metrics and statuses of ours are measured against. */
const methods: UntypedServiceImplementation = {
  ProcessMessage: ({ request }: { request: { text: string } }, answer: Answer) =>
    answer(null, { processed_text: `Обработано сервером: ${request.text.toUpperCase()}` }),
  AssignAB: ({ request }: { request: { user_id: string } }, answer: Answer) =>
    answer(null, { group: assignGroup(request.user_id) }),
  Factorial: ({ request }: { request: { n: number } }, answer: Answer) => answer(null, { value: factorial(request.n) }),
  MostFrequentLetter: ({ request }: { request: { text: string } }, answer: Answer) =>
    void mostFrequentLetter(request.text).then((letter) => answer(null, { letter })),
};

const packages = loadPackageDefinition(packageDefinition()) as unknown as MessagePackage;
const server = new Server();
server.addService(packages.message.MessageService.service, methods);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.send?.(port);
});
