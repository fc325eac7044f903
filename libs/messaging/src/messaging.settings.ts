import { Duration, IntegerBetween, Url } from '@ekphrasis/configuration';

/** How an app reaches RabbitMQ. */
export class MessagingSettings {
  /** Where RabbitMQ is, with user, password and virtual host. */
  @Url(['amqp', 'amqps']) RABBITMQ_URL = 'amqp://guest:guest@127.0.0.1:5672';

  /** Heartbeat in seconds. A frozen broker is noticed after two to three of them. */
  @IntegerBetween(1, 60) RABBITMQ_HEARTBEAT_S = 3;

  /** How long a publish may wait for its confirm; after that its fate is unknown and it is sent again. The relay holds a transaction open meanwhile. */
  @Duration(100, 30_000) RABBITMQ_PUBLISH_TIMEOUT_MS = 5_000;
}
