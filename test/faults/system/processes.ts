/** What processes of the product do in a system. */
export type Role = 'api' | 'worker' | 'image-worker' | 'notifier' | 'task-rpc' | 'message-service' | 'task-consumer';

/** Which processes there are: those that describe pictures; all that have to do with pictures; the API with all but caption workers. */
export type Staff = 'captioning' | 'pictures' | 'services';

interface ProcessKind {
  /** Its name in the list of applications. */
  readonly application: string;
  readonly usesDatabase: boolean;
}

export const processKinds: Readonly<Record<Role, ProcessKind>> = {
  api: { application: 'api', usesDatabase: true },
  worker: { application: 'caption-worker', usesDatabase: false },
  'image-worker': { application: 'image-worker', usesDatabase: false },
  notifier: { application: 'notifier', usesDatabase: true },
  'task-rpc': { application: 'task-rpc', usesDatabase: true },
  'message-service': { application: 'message-service', usesDatabase: true },
  'task-consumer': { application: 'task-consumer', usesDatabase: true },
};

const counts: Readonly<Record<Staff, Partial<Record<Role, number>>>> = {
  captioning: { api: 2, worker: 2 },
  pictures: { api: 2, worker: 2, 'image-worker': 2, notifier: 2 },
  services: {
    api: 2,
    'image-worker': 2,
    notifier: 2,
    'task-rpc': 2,
    'message-service': 1,
    'task-consumer': 2,
  },
};

/** Everybody of a staff, by name: `api-1`, `api-2` … */
export function membersOf(staff: Staff): { role: Role; name: string }[] {
  return Object.entries(counts[staff]).flatMap(([role, count]) =>
    Array.from({ length: count }, (_, index) => ({ role: role as Role, name: `${role}-${index + 1}` })),
  );
}

/** The operator's token in every system. */
export const operatorToken = 'the-operator-of-the-faults';
/** How long a receiver of webhooks has to answer; deliveries of a notifier that died are tried again five seconds after it. */
export const webhookTimeoutMs = 3_000;
/** An hour of the schedule in half a minute: a delivery that failed is tried again after these, and each second from then on. */
const retrySeconds = [0.5, 1, 2, ...Array.from({ length: 300 }, () => 1)];

/** What every process of a system is told, whatever its broker, its database and its storage are. */
export const commonEnvironment: Readonly<Record<string, string>> = {
  FETCH_ALLOWED_NETWORKS: '127.0.0.0/8',
  CAPTION_THREADS: '1',
  HOST: '127.0.0.1',
  LOG_LEVEL: 'debug',
  ADMIN_TOKEN: operatorToken,
  JWT_SECRET: 'a secret of thirty-two characters or more',
  WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
  WEBHOOK_TIMEOUT_MS: String(webhookTimeoutMs),
  WEBHOOK_RETRY_SECONDS: retrySeconds.join(','),
  IMAGE_PROCESSES: '1',
};
