import { Module } from '@nestjs/common';
import { Factorials } from './factorials.js';
import { MessageController } from './message.controller.js';

@Module({ controllers: [MessageController], providers: [Factorials] })
export class MessagesModule {}
