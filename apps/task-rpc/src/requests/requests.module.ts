import { Module, type Type } from '@nestjs/common';
import { readEnvironment } from '@ekphrasis/configuration';
import { answersQueue, requestQueues, taskQueue, topology, withQueues } from '@ekphrasis/contracts';
import { AccessSettings, ApiKeysModule } from '@ekphrasis/access';
import { ImageIntakeModule, ImageStatusModule } from '@ekphrasis/images';
import { ACTIONS, type Action } from '../actions/action.js';
import { HealthCheckAction } from '../actions/health-check.action.js';
import { Callers } from '../callers/callers.service.js';
import { TOKEN_KEYS, tokenKeys, type TokenKeys } from '../callers/token-keys.js';
import { TokenSettings } from '../callers/token.settings.js';
import { Tokens } from '../callers/tokens.service.js';
import { Fingerprints } from '../idempotency/claim.js';
import { ProcessedRequests } from '../idempotency/processed-requests.repository.js';
import { RequestRetention } from '../idempotency/request-retention.js';
import { GetImageAction } from '../images/get-image.action.js';
import { SubmitImageAction } from '../images/submit-image.action.js';
import { TaskRpcSettings } from '../task-rpc.settings.js';
import { CreateTaskAction } from '../tasks/create-task.action.js';
import { DeleteTaskAction } from '../tasks/delete-task.action.js';
import { GetTaskAction } from '../tasks/get-task.action.js';
import { ListTasksAction } from '../tasks/list-tasks.action.js';
import { NewTasks } from '../tasks/new-tasks.repository.js';
import { TasksRepository } from '../tasks/tasks.repository.js';
import { UpdateTaskAction } from '../tasks/update-task.action.js';
import { LoginAction } from '../users/login.action.js';
import { RegisterAction } from '../users/register.action.js';
import { UsersRepository } from '../users/users.repository.js';
import { OWN_QUEUES, RequestsConsumer } from './requests.consumer.js';
import { RequestsService } from './requests.service.js';

/** All that clients may ask. */
const actions: Type<Action>[] = [
  HealthCheckAction,
  RegisterAction,
  LoginAction,
  CreateTaskAction,
  ListTasksAction,
  GetTaskAction,
  UpdateTaskAction,
  DeleteTaskAction,
  SubmitImageAction,
  GetImageAction,
];

@Module({
  imports: [ApiKeysModule, ImageIntakeModule.forRoot(), ImageStatusModule],
  providers: [
    ...actions,
    { provide: ACTIONS, useFactory: (...made: Action[]) => made, inject: actions },
    { provide: TaskRpcSettings, useFactory: () => readEnvironment(TaskRpcSettings) },
    { provide: AccessSettings, useFactory: () => readEnvironment(AccessSettings) },
    { provide: TokenSettings, useFactory: () => readEnvironment(TokenSettings) },
    { provide: TOKEN_KEYS, useFactory: tokenKeys, inject: [TokenSettings] },
    {
      provide: Fingerprints,
      useFactory: ({ digesting }: TokenKeys) => new Fingerprints(digesting),
      inject: [TOKEN_KEYS],
    },
    {
      provide: Tokens,
      useFactory: (keys: TokenKeys, { JWT_LIFETIME_MS }: TokenSettings) => new Tokens(keys, JWT_LIFETIME_MS),
      inject: [TOKEN_KEYS, TokenSettings],
    },
    {
      provide: OWN_QUEUES,
      useFactory: ({ RPC_RETRY_DELAY_MS }: TaskRpcSettings) => {
        const { queues } = withQueues(topology, [...requestQueues(RPC_RETRY_DELAY_MS), taskQueue]);
        return new Set(queues.map(({ name }) => name).filter((name) => name !== answersQueue.name));
      },
      inject: [TaskRpcSettings],
    },
    Callers,
    NewTasks,
    ProcessedRequests,
    RequestRetention,
    RequestsConsumer,
    RequestsService,
    TasksRepository,
    UsersRepository,
  ],
})
export class RequestsModule {}
