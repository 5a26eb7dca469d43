import type { Ocpp16Action } from '@ampline/protocol-ocpp';
import type { Chance } from './chance.js';
import type { Quirks } from './profile.js';

const NUMBERS = ['connectorId', 'meterStart', 'meterStop', 'transactionId'];

/** What the firmware really writes for a payload. */
export function payloadText(action: Ocpp16Action, payload: object, quirks: Quirks): string {
  const entries = Object.entries(deviating(action, payload as Fields, quirks)).map(([key, value]): [string, unknown] =>
    quirks.numbersAsText && NUMBERS.includes(key) ? [key, String(value)] : [key, value],
  );
  if (quirks.extraFields && action !== 'Heartbeat') entries.push(['vendorExtension', { firmwareBuild: 4711, action }]);
  return JSON.stringify(Object.fromEntries(entries));
}

interface Fields {
  connectorId?: number;
  idTag?: string;
  meterStop?: number;
}

/** OCPP 1.6 §7.28; seen behind it in the field. */
const LONGEST_ID_TOKEN = 20;
const BEHIND_ID_TOKEN = '\u0010\u000e';

function deviating(action: Ocpp16Action, payload: Fields, quirks: Quirks): Fields {
  const { connectorId, idTag = '', meterStop = 0 } = payload;
  const renamed = connectorId === 1 && quirks.connectorZero && (action === 'StatusNotification' || action === 'MeterValues');
  if (action !== 'StopTransaction') return renamed ? { ...payload, connectorId: 0 } : payload;
  return {
    ...payload,
    ...(quirks.longIdTokens && idTag.length === LONGEST_ID_TOKEN && { idTag: idTag + BEHIND_ID_TOKEN }),
    ...(quirks.meterStop !== 'register' && { meterStop: quirks.meterStop === 'zero' ? 0 : meterStop - 1 }),
  };
}

/** Message ids as the firmware makes them; one per connection. */
export class MessageIds {
  private made = 0;
  private last = '';

  constructor(
    private readonly kind: Quirks['messageIds'],
    private readonly chance: Chance,
  ) {}

  next(): string {
    this.made += 1;
    if (this.kind === 'counter') return String(this.made);
    if (this.kind === 'uuid' || this.made % 2 === 1) this.last = this.chance.uuid();
    return this.last;
  }
}

/** The id a StopTransaction names. */
export function stopTransactionId(given: number | undefined, quirks: Quirks, chance: Chance): number {
  switch (quirks.stopTransactionId) {
    case 'given':
      // A start that was never acknowledged has no id; common firmware says -1.
      return given ?? -1;
    case 'random':
      return chance.integer(1_000_000_000, 2_000_000_000);
    case 'zero':
      return 0;
    case 'minus-one':
      return -1;
  }
}
