import type { Format, Text } from '@ampline/ui';
import type { ConsoleKey } from '../../messages.js';

const LABELS: Readonly<Record<string, ConsoleKey>> = {
  ocppTransactionId: 'issue.figure.ocppTransactionId',
  connectorNumber: 'issue.figure.connectorNumber',
  meterStartWh: 'issue.figure.meterStartWh',
  meterStopWh: 'issue.figure.meterStopWh',
  startedRaw: 'issue.figure.startedRaw',
  endedRaw: 'issue.figure.endedRaw',
  endedAt: 'issue.figure.endedAt',
  idToken: 'issue.figure.idToken',
  stopReason: 'issue.figure.stopReason',
  reason: 'issue.figure.stopReason',
  code: 'issue.figure.code',
  description: 'issue.figure.description',
};
/** Shown elsewhere: as hints of the form. */
const ELSEWHERE: readonly string[] = ['candidates'];

/** Figures of an issue as people read them; those that nobody has named keep their own name. */
export function figuresOf(
  detail: unknown,
  text: Text<ConsoleKey>,
  format: Pick<Format, 'instant' | 'register'>,
): [label: string, value: string][] {
  if (typeof detail !== 'object' || detail === null) return [];
  return Object.entries(detail)
    .filter(([name, value]) => !ELSEWHERE.includes(name) && value !== null && value !== '')
    .map(([name, value]) => {
      const key = LABELS[name];
      return [key === undefined ? name : text(key), figure(name, value, format)];
    });
}

/** A register among the figures, Wh; undefined when there is none. */
export function registerIn(detail: unknown, name: 'meterStartWh' | 'meterStopWh'): number | undefined {
  const value: unknown = typeof detail === 'object' && detail !== null ? Reflect.get(detail, name) : undefined;
  const wh = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  return Number.isFinite(wh) ? wh : undefined;
}

/** Sessions that the platform holds for likely. */
export function candidatesIn(detail: unknown): readonly string[] {
  const value: unknown = typeof detail === 'object' && detail !== null ? Reflect.get(detail, 'candidates') : undefined;
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function figure(name: string, value: unknown, format: Parameters<typeof figuresOf>[2]): string {
  if (name.endsWith('Wh') && Number.isFinite(Number(value))) return format.register(Number(value));
  if (name.endsWith('At') && typeof value === 'string' && !Number.isNaN(Date.parse(value))) return format.instant(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
