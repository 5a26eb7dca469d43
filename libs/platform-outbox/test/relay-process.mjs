// A relay in a process of its own, for a test that kills it. Arguments: options as JSON.
import { Bus } from '@ampline/platform-nats';
import { Database } from '@ampline/platform-postgres';
import { createTelemetry } from '@ampline/platform-telemetry';
import { OutboxRelay } from '@ampline/platform-outbox';

const { database, natsUrl, leaseTtlMs } = JSON.parse(process.argv[2]);
const telemetry = createTelemetry({ service: 'relay-process', logLevel: 'error' });
const bus = await Bus.connect({ url: natsUrl, name: 'relay-process' }, telemetry);
new OutboxRelay({
  database: new Database(database, telemetry),
  bus,
  context: 'accounts',
  instance: `process-${process.pid}`,
  telemetry,
  leaseTtlMs,
}).start();
