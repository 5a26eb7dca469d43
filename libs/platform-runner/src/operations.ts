import { createTelemetry } from '@ampline/platform-telemetry';
import { z } from 'zod';
import { runnerErrors } from './errors.js';
import type { AnyServiceDefinition } from './service-definition.js';
import { connectService, readConfig, type Environment } from './start-service.js';

/** A fact of another service that could not be applied. */
export interface ParkedFact {
  readonly id: string;
  readonly subject: string;
  readonly version: bigint;
  /** `poison`: failed too often. `waiting`: of the same entity, behind one that did. */
  readonly state: string;
  readonly tries: number;
  readonly error: string | undefined;
  readonly parkedAt: Date;
}

/** What an operator can have a service do from the command line, beside its running replicas. A service has what makes sense for it. */
export interface ServiceOperations {
  /** Publishes again the facts that were told in [from, to). Returns how many. */
  replayFacts?(from: Date, to: Date): Promise<number>;
  parkedFacts?(): Promise<readonly ParkedFact[]>;
  /** Applies parked facts again: all, or those of the entity of one. Returns how many were applied. */
  replayParked?(factId?: string): Promise<number>;
  /** Leaves a parked fact out for good. False when no fact of that id is parked. */
  skipParked?(factId: string): Promise<boolean>;
  /** Reads anew what it keeps of others' data. Returns figures by name. */
  rebuild?(): Promise<Readonly<Record<string, number>>>;
}

/** Options of the command line that name an operation and its arguments, for `parseArgs`. */
export const OPERATION_OPTIONS = {
  'replay-facts': { type: 'boolean' },
  from: { type: 'string' },
  to: { type: 'string' },
  parked: { type: 'boolean' },
  'replay-parked': { type: 'boolean' },
  'skip-parked': { type: 'boolean' },
  fact: { type: 'string' },
  rebuild: { type: 'boolean' },
} as const;

type OperationValues = { [K in keyof typeof OPERATION_OPTIONS]?: string | boolean | undefined };

/** Does one thing with a service and tells it in lines; undefined when the service has nothing of the kind. */
export type Operation = (operations: ServiceOperations) => Promise<string[]> | undefined;

/** The operation that the command line names; undefined when it names none. Throws `runner.operation-invalid`. */
export function operationOf(values: OperationValues, now: Date): Operation | undefined {
  const names = (['replay-facts', 'parked', 'replay-parked', 'skip-parked', 'rebuild'] as const).filter((name) => values[name]);
  const [name] = names;
  if (name === undefined) return undefined;
  if (names.length > 1) throw runnerErrors.operationInvalid({ problem: `one at a time, not ${names.join(' and ')}` });
  const fact = factOf(values.fact);
  switch (name) {
    case 'replay-facts': {
      const from = timeOf('from', values.from);
      const to = values.to === undefined ? now : timeOf('to', values.to);
      return (service) => service.replayFacts?.(from, to).then((facts) => [`${facts} facts published again`]);
    }
    case 'parked':
      return (service) => service.parkedFacts?.().then((facts) => [`${facts.length} facts parked`, ...facts.map(line)]);
    case 'replay-parked':
      return (service) =>
        service
          .replayParked?.(fact)
          .then(async (facts) => [`${facts} facts applied, ${(await service.parkedFacts?.())?.length ?? 0} parked still`]);
    case 'skip-parked': {
      if (fact === undefined) throw runnerErrors.operationInvalid({ problem: '--skip-parked needs --fact=ID' });
      return (service) => service.skipParked?.(fact).then((skipped) => [skipped ? `${fact} left out` : `${fact} is not parked here`]);
    }
    case 'rebuild':
      return (service) =>
        service.rebuild?.().then((figures) => [
          Object.entries(figures)
            .map(([what, n]) => `${n} ${what}`)
            .join(', '),
        ]);
  }
}

/**
 * Carries an operation out with each of the services that has it, and tells of each in lines `<service>: …`. Their replicas may be
 * running or not. Throws `runner.operation-invalid` when none of them has it.
 */
export async function operate(
  definitions: readonly AnyServiceDefinition[],
  env: Environment,
  operation: Operation,
  say: (line: string) => void,
): Promise<void> {
  const { installation, services } = readConfig(definitions, env);
  let done = 0;
  for (const configured of services) {
    const { name, operations } = configured.definition;
    if (!operations) continue;
    // Standard output is for what the operation tells.
    const connected = await connectService(configured, installation, (service) =>
      createTelemetry({ service, logLevel: 'warn', logDestination: process.stderr }),
    );
    try {
      const lines = await operation(operations(connected.runtime));
      if (lines) done++;
      lines?.forEach((text) => say(`${name}: ${text}`));
    } finally {
      await connected.unwind();
    }
  }
  if (done === 0) throw runnerErrors.operationInvalid({ problem: 'none of these services has such an operation' });
}

function line(fact: ParkedFact): string {
  const { id, state, subject, version, tries, error, parkedAt } = fact;
  return [id, state, subject, `version ${version}`, `${tries} tries`, `since ${parkedAt.toISOString()}`, ...(error ? [error] : [])].join(
    '  ',
  );
}

function timeOf(name: string, text: string | boolean | undefined): Date {
  const at = new Date(typeof text === 'string' ? text : Number.NaN);
  if (Number.isNaN(at.getTime())) throw runnerErrors.operationInvalid({ problem: `--${name} needs a time, as in 2026-01-31T12:00:00Z` });
  return at;
}

function factOf(text: string | boolean | undefined): string | undefined {
  if (text === undefined) return undefined;
  const id = z.guid().safeParse(text);
  if (!id.success) throw runnerErrors.operationInvalid({ problem: '--fact needs the id of a fact' });
  return id.data;
}
