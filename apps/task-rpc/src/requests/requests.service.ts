import { Inject, Injectable } from '@nestjs/common';
import { ACTIONS, type Action } from '../actions/action.js';
import { Callers } from '../callers/callers.service.js';
import { Fingerprints, type Claim } from '../idempotency/claim.js';
import { KeyedTurns } from '../idempotency/keyed-turns.js';
import { ProcessedRequests, type KeepCopy, type Served } from '../idempotency/processed-requests.repository.js';
import { TaskRpcSettings } from '../task-rpc.settings.js';
import { RequestRefusedError, SimulatedError } from './request.errors.js';
import type { ReadBody, TaskRequest } from './task-request.js';

/** What came, whoever sent it. */
export interface Incoming {
  readonly content: Buffer;
  readonly read: ReadBody;
  /** By which it is answered: its own id, or else the message's; empty where it has none. */
  readonly id: string;
  /** Why it is refused, whatever it asks. */
  readonly refusal?: RequestRefusedError;
}

/** Serves requests: each has one effect and one answer, however often and wherever it comes. */
@Injectable()
export class RequestsService {
  private readonly actions: ReadonlyMap<string, Action>;
  private readonly turns = new KeyedTurns();

  constructor(
    @Inject(ACTIONS) actions: readonly Action[],
    private readonly callers: Callers,
    private readonly fingerprints: Fingerprints,
    private readonly processed: ProcessedRequests,
    private readonly settings: TaskRpcSettings,
  ) {
    this.actions = new Map(
      actions.flatMap((action) => action.versions.map((version) => [`${version}.${action.name}`, action])),
    );
  }

  /**
   * @param keepCopy keeps a copy of what is refused for the first time
   * @throws errors that may pass, for which nothing has happened
   */
  async serve(incoming: Incoming, keepCopy: KeepCopy): Promise<Served> {
    const { request, refusal = incoming.refusal } = incoming.read;
    if (!request || refusal) return this.refuse(this.anonymous(incoming), refusal, keepCopy);
    let claim: Claim | undefined;
    try {
      const action = this.actionOf(request);
      const caller = await this.callers.callerOf(action, request);
      this.simulate(request);
      claim = { id: request.id, caller: caller.name, fingerprint: this.fingerprints.of(request) };
      return await this.inTurn(claim, (own) => action.perform({ request, caller, claim: own }));
    } catch (error) {
      if (error instanceof RequestRefusedError) return this.refuse(claim ?? this.anonymous(incoming), error, keepCopy);
      throw error;
    }
  }

  private actionOf({ version, action }: TaskRequest): Action {
    const found = this.actions.get(`${version}.${action}`);
    if (found) return found;
    throw new RequestRefusedError(`unknown action: ${version}.${action}`);
  }

  private simulate({ data }: TaskRequest): void {
    if (this.settings.DEMO_ERRORS === 'on' && data['simulate_temp_error'] === true) throw new SimulatedError();
  }

  /** Of nobody that is known: the same message again is the same request. */
  private anonymous({ content, id }: Incoming): Claim {
    const fingerprint = this.fingerprints.ofContent(content);
    return { id, caller: `unknown:${fingerprint.toString('base64url')}`, fingerprint };
  }

  private refuse(
    claim: Claim,
    refusal = new RequestRefusedError('Expected a request'),
    keepCopy: KeepCopy,
  ): Promise<Served> {
    return this.inTurn(claim, (own) => this.processed.refuse(own, refusal, keepCopy));
  }

  /** Copies of one request that come together need not find each other out in the database. */
  private inTurn(claim: Claim, work: (claim: Claim) => Promise<Served>): Promise<Served> {
    return this.turns.run(`${claim.id} ${claim.caller}`, () => work(claim));
  }
}
