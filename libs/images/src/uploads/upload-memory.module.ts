import { Module } from '@nestjs/common';
import { UploadMemory } from './upload-memory.js';

/** The one `UploadMemory` of a process. */
@Module({ providers: [UploadMemory], exports: [UploadMemory] })
export class UploadMemoryModule {}
