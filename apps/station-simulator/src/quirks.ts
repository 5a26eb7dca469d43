import type { Ocpp16Action } from '@ampline/protocol-ocpp';
import type { Chance } from './chance.js';
import type { Quirks } from './profile.js';

const NUMBERS = ['connectorId', 'meterStart', 'meterStop', 'transactionId'];

/** What the firmware really writes for a payload. */
export function payloadText(action: Ocpp16Action, payload: object, quirks: Quirks): string {
  const entries = Object.entries(payload).map(([key, value]): [string, unknown] =>
    quirks.numbersAsText && NUMBERS.includes(key) ? [key, String(value)] : [key, value],
  );
  if (quirks.extraFields && action !== 'Heartbeat') entries.push(['vendorExtension', { firmwareBuild: 4711, action }]);
  return JSON.stringify(Object.fromEntries(entries));
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
