import type { MessageDirection, MessageFilter, StationMessageFragment } from '../../../generated/graphql.js';

/** Names of the filters in the address. */
export const FILTERS = ['text', 'action', 'direction', 'failed'] as const;
type Values = Readonly<Record<(typeof FILTERS)[number], string>>;

/** Actions that are to be found in the log of a station of OCPP 1.6. */
export const ACTIONS = [
  'Authorize',
  'BootNotification',
  'ChangeAvailability',
  'ChangeConfiguration',
  'DataTransfer',
  'DiagnosticsStatusNotification',
  'FirmwareStatusNotification',
  'GetConfiguration',
  'Heartbeat',
  'MeterValues',
  'RemoteStartTransaction',
  'RemoteStopTransaction',
  'Reset',
  'StartTransaction',
  'StatusNotification',
  'StopTransaction',
  'TriggerMessage',
  'UnlockConnector',
] as const;
export const DIRECTIONS: readonly MessageDirection[] = ['FROM_STATION', 'TO_STATION'];

/** What the API is asked for. */
export function messageFilter({ text, action, direction, failed }: Values): MessageFilter {
  const known = DIRECTIONS.find((one) => one === direction);
  return { ...(text && { text }), ...(action && { action }), ...(known && { direction: known }), ...(failed && { failedOnly: true }) };
}

/** Where the same messages are as a file; undefined with a text, which the file does not know. */
export function exportPath(stationId: string, values: Values): string | undefined {
  const { text, failedOnly, ...rest } = messageFilter(values);
  if (text) return undefined;
  const query = new URLSearchParams({ station: stationId, ...(rest as Record<string, string>), ...(failedOnly && { result: 'not-ok' }) });
  return `/rest/v1/messages.csv?${query}`;
}

/** Whether a message that just came is one that the API would give for the filter. */
export function passes(message: StationMessageFragment, { text, action, direction, failedOnly }: MessageFilter): boolean {
  if (action && message.action !== action) return false;
  if (direction && message.direction !== direction) return false;
  if (failedOnly && message.result === 'ok') return false;
  const frames = `${message.requestFrame}\n${message.responseFrame ?? ''}`.toLowerCase();
  return !text || frames.includes(text.toLowerCase());
}
