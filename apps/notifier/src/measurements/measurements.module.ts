import { Module } from '@nestjs/common';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { MeasurementConsumer } from './measurement.consumer.js';
import { MeasurementRecorder } from './measurement-recorder.service.js';

@Module({ imports: [WebhooksModule], providers: [MeasurementConsumer, MeasurementRecorder] })
export class MeasurementsModule {}
