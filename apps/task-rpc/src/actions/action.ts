import type { Caller } from '../callers/caller.js';
import type { Claim } from '../idempotency/claim.js';
import type { Served } from '../idempotency/processed-requests.repository.js';
import type { TaskRequest } from '../requests/task-request.js';

export type Version = 'v1' | 'v2';

/** A request on its way through an action. */
export interface Call {
  readonly request: TaskRequest;
  readonly caller: Caller;
  readonly claim: Claim;
}

/** What clients may ask. */
export interface Action {
  readonly name: string;
  readonly versions: readonly Version[];
  /**
   * Who may ask it: `user`, whoever has a token; `email`, anybody, known by the address in the request; `client`, anybody,
   * known by an API key where there is one; `anybody`.
   */
  readonly access: 'user' | 'email' | 'client' | 'anybody';
  /**
   * Has the effect once for each claim (`ProcessedRequests`).
   * @throws RequestRefusedError, and retryable errors, for which nothing has happened
   */
  perform(call: Call): Promise<Served>;
}

/** The actions that this process serves, for injection. */
export const ACTIONS = Symbol('actions');
