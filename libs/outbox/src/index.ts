export { append, appending, type OutgoingContract } from './append.js';
export { OutboxModule } from './outbox.module.js';
export { OutboxRelay } from './outbox-relay.js';
export { OUTBOX_STORE, type OutboxMessage, type OutboxStore } from './outbox-store.js';
export { PostgresOutbox } from './postgres-outbox.js';
