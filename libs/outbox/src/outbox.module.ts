import { Global, Module } from '@nestjs/common';
import { OutboxRelay } from './outbox-relay.js';
import { OUTBOX_STORE } from './outbox-store.js';
import { PostgresOutbox } from './postgres-outbox.js';

/** The outbox of one app, with its relay. Needs `PersistenceModule` and `MessagingModule`. */
@Global()
@Module({
  providers: [OutboxRelay, { provide: OUTBOX_STORE, useClass: PostgresOutbox }],
  exports: [OutboxRelay, OUTBOX_STORE],
})
export class OutboxModule {}
