import type { Clock } from '@ampline/kernel-time';
import { timestampDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import { check } from '../stations/field-checks.js';
import { checkCommand, type CheckedCommand } from './command-rules.js';

const MOST_DAYS = 30;
const DAY_MS = 86_400_000;

/** On which terms commands are taken from people. */
export class CommandTerms {
  constructor(
    private readonly clock: Clock,
    /** How long a station may take to answer when nobody says otherwise. */
    readonly timeoutMs: number,
  ) {}

  /** Throws `csms.action-unknown`, `csms.payload-invalid`. */
  command(action: string, payloadJson: string): CheckedCommand {
    return checkCommand(action, payloadJson, this.clock.now());
  }

  /** Until when a command waits for its station; undefined: it does not wait. Throws `csms.invalid-field`. */
  queueUntil(field: string, until: Timestamp | undefined): Date | undefined {
    if (!until) return undefined;
    const date = timestampDate(until);
    const aheadMs = date.getTime() - this.clock.now().getTime();
    check(field, aheadMs > 0 && aheadMs <= MOST_DAYS * DAY_MS, `in the future, at most ${MOST_DAYS} days ahead`);
    return date;
  }
}
