import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { uploadKey, type ProcessingOperation } from '@ekphrasis/contracts';
import { UploadMemory } from '@ekphrasis/images';
import { OutboxRelay } from '@ekphrasis/outbox';
import { UPLOADS_STORAGE, type ObjectStorage } from '@ekphrasis/storage';
import { ProcessingLifecycleRepository } from './lifecycle/processing-lifecycle.repository.js';
import { PictureStorages } from './picture-storages.service.js';
import type { UploadForm } from './requests/processing-form.js';

/** An upload that is still on its way from the client. */
export interface IncomingUpload {
  /** How large the client says that all of it is; undefined where it says nothing. */
  announcedBytes?: number;
  clientId?: string;
  /** Reads it, once. */
  read: () => Promise<UploadForm>;
}

export interface AcceptedUpload {
  jobId: string;
  operations: ProcessingOperation[];
}

/** Accepts uploads: when its promise resolves, the original is stored, and its job is committed with its row. */
@Injectable()
export class ProcessingIntake {
  constructor(
    private readonly lifecycle: ProcessingLifecycleRepository,
    private readonly storages: PictureStorages,
    @Inject(UPLOADS_STORAGE) private readonly uploads: ObjectStorage,
    private readonly relay: OutboxRelay,
    private readonly memory: UploadMemory,
  ) {}

  /**
   * Stores the original first and then commits its row: a crash in between leaves an original that nobody asks for, never a row
   * without its original.
   * @throws what reading throws; ServiceOverloadedError while too many others are in hand; StorageError; DatabaseUnavailableError
   */
  accept({ announcedBytes, clientId, read }: IncomingUpload): Promise<AcceptedUpload> {
    return this.memory.hold(announcedBytes, async () => this.store(await read(), clientId));
  }

  private async store(form: UploadForm, clientId: string | undefined): Promise<AcceptedUpload> {
    const { picture, fileName, operations, options } = form;
    const storageId = await this.storages.ensureUploads();
    const jobId = randomUUID();
    const key = uploadKey(jobId);
    await this.uploads.write(key, picture);
    const requestedAt = new Date().toISOString();
    const job = { jobId, uploadKey: key, storageId, operations, ...(options && { options }), requestedAt };
    await this.lifecycle.accept({ job, clientId, fileName });
    this.relay.wake();
    return { jobId, operations };
  }
}
