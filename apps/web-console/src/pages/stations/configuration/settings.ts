import type { StationCommandFragment } from '../../../generated/graphql.js';

/** A setting as a station of OCPP 1.6 tells it. */
export interface Setting {
  key: string;
  readonly: boolean;
  /** Null for one without a value. */
  value: string | null;
}

/** What a station said of its settings. */
export interface Settings {
  /** ISO 8601. */
  readAt: string | null;
  settings: Setting[];
}

type Told = Pick<StationCommandFragment, 'action' | 'outcome' | 'payload' | 'response' | 'completedAt'>;

/** The newest complete answer among commands, newest first; undefined when none of them is one. */
export function latestSettings(commands: readonly Told[]): Settings | undefined {
  const answer = commands.find(
    ({ action, outcome, payload }) => action === 'GetConfiguration' && outcome === 'ANSWERED' && !asksForKeys(payload),
  );
  return answer && { readAt: answer.completedAt ?? null, settings: settingsOf(answer.response) };
}

/** Settings of an answer to `GetConfiguration`, by key; what is none is left out. */
export function settingsOf(response: unknown): Setting[] {
  const list = record(response)['configurationKey'];
  if (!Array.isArray(list)) return [];
  return list
    .map(record)
    .filter(({ key }) => typeof key === 'string')
    .map(({ key, readonly, value }) => ({ key: String(key), readonly: readonly === true, value: typeof value === 'string' ? value : null }))
    .sort((one, other) => one.key.localeCompare(other.key));
}

function asksForKeys(payload: unknown): boolean {
  const { key } = record(payload);
  return Array.isArray(key) && key.length > 0;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
