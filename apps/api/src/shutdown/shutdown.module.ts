import { Module } from '@nestjs/common';
import { Departure } from './departure.js';

@Module({ providers: [Departure], exports: [Departure] })
export class ShutdownModule {}
