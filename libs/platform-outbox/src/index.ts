export { FactConsumer, type FactConsumerOptions } from './consumer.js';
export { outboxErrors } from './errors.js';
export { FactHeader, onFact, type Fact, type FactHandler, type FactToWrite, type ReceivedFact } from './fact.js';
export { factOperations, type FactOperations, type FactOperationsOptions } from './fact-operations.js';
export { INBOX_RETENTION_DAYS, type ParkedEntry } from './inbox.js';
export { Outbox, wakeSubject } from './outbox.js';
export { OutboxRelay, type RelayOptions } from './relay.js';
export { INBOX_SQL, OUTBOX_SQL } from './sql.js';
export { RETENTION_DAYS } from './stream.js';
