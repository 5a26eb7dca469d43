import type { Bus } from '@ampline/platform-nats';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { FactHandler } from './fact.js';
import { Inbox, type ParkedEntry } from './inbox.js';
import { ParkedFacts } from './parked.js';
import { OutboxRelay } from './relay.js';

export interface FactOperationsOptions {
  database: Database;
  bus: Bus;
  service: string;
  instance: string;
  telemetry: Telemetry;
  /** Context whose facts the service tells. */
  tells?: string;
  /** Contexts whose facts it takes in, and how. */
  takes?: readonly { context: string; handlers: readonly FactHandler[] }[];
}

/** What an operator does with the facts of a service, beside its running replicas: rows and locks settle who does what. */
export interface FactOperations {
  /** Publishes again what was told in [from, to). Returns how many facts. */
  replayFacts?(from: Date, to: Date): Promise<number>;
  parkedFacts?(): Promise<ParkedEntry[]>;
  /** All parked facts, or the chain of one. Returns how many were applied. */
  replayParked?(factId?: string): Promise<number>;
  /** False when no fact of that id is parked. */
  skipParked?(factId: string): Promise<boolean>;
}

/** The operations that a service with these facts has. Nothing is started. */
export function factOperations(o: FactOperationsOptions): FactOperations {
  const { database, bus, service, instance, telemetry, tells, takes = [] } = o;
  const parked = takes.map(({ context, handlers }) => {
    const byName = new Map(handlers.map((handler) => [handler.type.name, handler]));
    return new ParkedFacts(database, new Inbox(database, `${service}/${context}`), byName, telemetry.logger);
  });
  return {
    ...(tells !== undefined && {
      replayFacts: (from, to) => new OutboxRelay({ database, bus, context: tells, instance, telemetry }).replay(from, to),
    }),
    ...(parked.length > 0 && {
      parkedFacts: async () => (await Promise.all(parked.map((facts) => facts.list()))).flat(),
      replayParked: async (factId) => {
        let replayed = 0;
        for (const facts of parked) replayed += await facts.replay(factId);
        return replayed;
      },
      skipParked: async (factId) => (await Promise.all(parked.map((facts) => facts.skip(factId)))).includes(true),
    }),
  };
}
