import { Injectable, Logger } from '@nestjs/common';
import { isCodedError } from '@ekphrasis/errors';
import { MessageClient } from '@ekphrasis/grpc';
import type { IdentifiedMessage } from '@ekphrasis/messaging';
import { readTask, type Task } from './read-task.js';
import { ResultsRepository, type Outcome } from './results.repository.js';

const shownCharacters = 100;

/** Has a message answered by `MessageService`, and stores what it said. */
@Injectable()
export class TaskService {
  private readonly logger = new Logger(TaskService.name);

  constructor(
    private readonly client: MessageClient,
    private readonly results: ResultsRepository,
  ) {}

  /**
   * Resolves when the message has its result, or its error where it cannot have one.
   * @throws {GrpcCallError} {@link DatabaseUnavailableError} (retryable) where either is away: nothing is stored then
   */
  async run({ id, body, signal, logFields }: IdentifiedMessage): Promise<void> {
    const { message, kind, task, error } = readTask(body);
    const outcome = task ? await this.answer(task, signal) : { error };
    const isNew = await this.results.store({ deliveryId: id, message, kind, ...outcome });
    if (!isNew) return this.logger.log({ ...logFields, msg: 'has its result already' });
    const shown = (outcome.result ?? outcome.error ?? '').slice(0, shownCharacters);
    this.logger.log({ ...logFields, kind, msg: `${outcome.error === undefined ? 'answered' : 'refused'}: ${shown}` });
  }

  private async answer(task: Task, signal: AbortSignal): Promise<Outcome> {
    try {
      return { result: await this.call(task, signal) };
    } catch (error) {
      if (!isCodedError(error) || error.retryable) throw error;
      return { error: error.message };
    }
  }

  private call(task: Task, signal: AbortSignal): Promise<string> {
    switch (task.method) {
      case 'AssignAB':
        return this.client.assignAB(task.userId, { signal });
      case 'Factorial':
        return this.client.factorial(task.n, { signal });
      case 'MostFrequentLetter':
        return this.client.mostFrequentLetter(task.text, { signal });
      case 'ProcessMessage':
        return this.client.processMessage(task.text, { signal });
    }
  }
}
