import { CodedError } from '@ekphrasis/errors';

/** A request that will never succeed as it is: it is answered with this sentence, and kept among the dead letters. */
export class RequestRefusedError extends CodedError {
  constructor(problem: string) {
    super('request-refused', problem, { retryable: false });
  }
}

/** The caller used the id for something else. Says nothing of what that was. */
export class IdAlreadyUsedError extends RequestRefusedError {
  constructor() {
    super('id already used: Expected a new id for a request with other content');
  }
}

/** What `data.simulate_temp_error` asks for. */
export class SimulatedError extends CodedError {
  constructor() {
    super('simulated', 'simulated temporary error', { retryable: true });
  }
}
