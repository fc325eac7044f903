import { Duration, IntegerBetween, Setting } from '@ekphrasis/configuration';
import { brokerUrls } from './connection/broker-urls.js';

/** How an app reaches RabbitMQ. */
export class MessagingSettings {
  /** Where RabbitMQ is, with user, password and virtual host; of a cluster the hosts of all nodes, with commas between them. */
  @Setting<string>({
    expected: 'a URL that starts with amqp:// or amqps://, with one host or several',
    parse: (text) => text,
    accepts: (value) => typeof value === 'string' && brokerUrls(value) !== undefined,
  })
  RABBITMQ_URL = 'amqp://guest:guest@127.0.0.1:5672';

  /** Heartbeat in seconds. A frozen broker is noticed after two to three of them. */
  @IntegerBetween(1, 60) RABBITMQ_HEARTBEAT_S = 3;

  /** How long a publish may wait for its confirm; after that its fate is unknown and it is sent again. The relay holds a transaction open meanwhile. */
  @Duration(100, 30_000) RABBITMQ_PUBLISH_TIMEOUT_MS = 5_000;
}
