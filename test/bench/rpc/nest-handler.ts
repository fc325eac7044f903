import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, MessagePattern, Payload, RmqContext, Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { outstanding } from './load.js';

interface Acking {
  ack(message: object): void;
}

@Controller()
class EchoController {
  @MessagePattern('health_check')
  echo(@Payload() data: object, @Ctx() context: RmqContext): object {
    (context.getChannelRef() as Acking).ack(context.getMessage() as object);
    return data;
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

/** The same by Nest's own transport, which reads the body and writes the answer as JSON. */
async function serve(url: string): Promise<void> {
  const application = await NestFactory.createMicroservice<MicroserviceOptions>(EchoModule, {
    logger: false,
    transport: Transport.RMQ,
    options: {
      urls: [url],
      queue: 'api.requests',
      queueOptions: { durable: true },
      noAck: false,
      prefetchCount: outstanding,
    },
  });
  await application.listen();
  process.send?.('ready');
}

void serve(process.argv[2]!);
