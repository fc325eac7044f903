import { DeferredBatch } from '../deferred-jobs/v1.js';
import { defineMessage, type MessageContract } from '../message-contract.js';
import { checkRetryPolicy } from './check-retry-policy.js';
import type { JobDefinition, JobReports, RetryPolicy } from './job-definition.js';
import { checkDistinct, quorumArguments, type QueueDeclaration } from './queue-declaration.js';

/** What workers report of a kind of job. */
export interface ReportOptions<Request extends object> {
  contracts: readonly MessageContract<object>[];
  /** The queue's name; `<name>.reports` by default. */
  queue?: string;
  /** The routing key of reports that cannot be understood; `<name>.reports.dead` by default. */
  deadKey?: string;
  deferred?: JobReports<Request>['deferred'];
}

export interface JobOptions<Request extends object> {
  /** One word in lower case, with hyphens at most; queues and routing keys begin with it. */
  name: string;
  /** The message that asks for such a job. Its routing key begins with the name. */
  request: MessageContract<Request>;
  /** The field of requests and reports that holds the id of the row they are about. */
  row: string;
  retry: RetryPolicy;
  /** Absent for jobs of which nothing is recorded. */
  reports?: ReportOptions<Request>;
  deadJobs?: JobDefinition['deadJobs'];
}

const word = /^[a-z]+(-[a-z]+)*$/;

/**
 * Defines a kind of job: everything that is known about it beside what a worker does with it.
 * @throws Error where its name is no word, its delays do not grow, a limit makes no sense or a name is used twice
 */
export function defineJob<Request extends object>(
  options: JobOptions<Request> & { reports: ReportOptions<Request> },
): JobDefinition<Request> & { readonly reports: JobReports<Request> };
export function defineJob<Request extends object>(options: JobOptions<Request>): JobDefinition<Request>;
export function defineJob<Request extends object>(options: JobOptions<Request>): JobDefinition<Request> {
  const { name, request, retry, deadJobs } = options;
  if (!word.test(name)) throw new Error(`Expected a word for the name of a job but received '${name}'`);
  if (!request.routingKey.startsWith(`${name}.`)) {
    throw new Error(`Expected a routing key that begins with ${name}. but received ${request.routingKey}`);
  }
  checkRetryPolicy(name, retry);
  const keys = { isolated: `${name}.isolated`, dead: `${name}.dead` };
  const reports = reportsOf(options);
  const queues = queuesOf(options, keys);
  const allQueues = [
    queues.jobs,
    queues.isolated,
    ...queues.retry,
    queues.deferred,
    ...queues.deferredWaits,
    queues.dead,
    ...(reports ? [reports.queue, reports.dead] : []),
  ];
  checkDistinct(allQueues);
  const { delaysMs } = retry;
  return {
    name,
    request,
    retry,
    deadJobs,
    reports,
    queues,
    keys,
    allQueues,
    deferredBatch: defineMessage(`${name}.deferred`, 1, DeferredBatch),
    retryKey: (failures) => `${name}.retry.${Math.min(failures, delaysMs.length)}`,
    deferredKey: (waitMs) =>
      `${name}.deferred.${
        Math.max(
          delaysMs.findLastIndex((delay) => delay <= waitMs),
          0,
        ) + 1
      }`,
    rowIn: (body) => fieldIn(body, options.row),
  };
}

function queuesOf<Request extends object>(
  { name, request, retry }: JobOptions<Request>,
  keys: JobDefinition['keys'],
): JobDefinition['queues'] {
  const due = `${name}.deferred.due`;
  // one above what consumers count, so that their exact count decides wherever one lives long enough to look at the job
  const tried = { ...quorumArguments(keys.dead), 'x-delivery-limit': retry.maxAttempts + 1 };
  const waits = (kind: 'retry' | 'deferred', backTo: string): QueueDeclaration[] =>
    retry.delaysMs.map((delay, index) => ({
      name: `${name}.jobs.${kind}.${index + 1}`,
      routingKeys: [`${name}.${kind}.${index + 1}`],
      arguments: { ...quorumArguments(backTo), 'x-message-ttl': delay },
    }));
  return {
    jobs: { name: `${name}.jobs`, routingKeys: [request.routingKey], arguments: tried },
    isolated: { name: `${name}.jobs.isolated`, routingKeys: [keys.isolated], arguments: { ...tried } },
    retry: waits('retry', request.routingKey),
    deferred: { name: `${name}.jobs.deferred`, routingKeys: [due], arguments: quorumArguments() },
    deferredWaits: waits('deferred', due),
    dead: { name: `${name}.jobs.dead`, routingKeys: [keys.dead], arguments: quorumArguments() },
  };
}

function reportsOf<Request extends object>({ name, reports }: JobOptions<Request>): JobReports<Request> | undefined {
  if (!reports) return undefined;
  const { contracts, queue = `${name}.reports`, deadKey = `${name}.reports.dead`, deferred } = reports;
  const routingKeys = contracts.map(({ routingKey }) => routingKey);
  return {
    contracts,
    deadKey,
    deferred,
    queue: { name: queue, routingKeys, arguments: quorumArguments(deadKey) },
    dead: { name: `${queue}.dead`, routingKeys: [deadKey], arguments: quorumArguments() },
  };
}

function fieldIn(body: Uint8Array, field: string): Record<string, number | string> {
  try {
    const value = (JSON.parse(Buffer.from(body).toString('utf8')) as Record<string, unknown>)[field];
    return typeof value === 'number' || typeof value === 'string' ? { [field]: value } : {};
  } catch {
    return {};
  }
}
