import { StationPathHeader } from '@ampline/contracts';
import { fromSubjectToken, isUuid, type CallId, type StationId, type TenantId } from '@ampline/kernel-ids';
import type { Incoming } from '@ampline/platform-nats';
import { intakeErrors } from './errors.js';

/** A CALL of a station as the gateway passed it on. */
export interface StationCall {
  /** The same on every retry between gateway and csms. */
  readonly callId: CallId;
  /** When the frame reached the gateway; the same on every retry. */
  readonly receivedAt: Date;
  /** Work that has not begun by then is not begun. */
  readonly deadline: Date;
  readonly tenantId: TenantId;
  /** Slug. */
  readonly tenant: string;
  readonly stationId: StationId;
  /** OCPP identity. */
  readonly station: string;
  readonly epoch: number;
  readonly action: string;
  readonly messageId: string;
  /** Exactly as on the wire. */
  readonly frame: string;
}

/** Reads subject and headers. Throws `csms.intake.bad-call`. */
export function readCall(message: Incoming): StationCall {
  const [, , tenant, station, action] = message.subject.split('.');
  const header = (name: string): string => {
    const value = message.headers(name);
    if (value === undefined) throw intakeErrors.badCall({ header: name });
    return value;
  };
  return {
    callId: uuid(header(StationPathHeader.callId)) as CallId,
    receivedAt: time(header(StationPathHeader.receivedAt)),
    deadline: time(header(StationPathHeader.deadline)),
    tenantId: uuid(header(StationPathHeader.tenantId)) as TenantId,
    tenant: fromSubjectToken(tenant ?? ''),
    stationId: uuid(header(StationPathHeader.stationId)) as StationId,
    station: fromSubjectToken(station ?? ''),
    epoch: wholeNumber(header(StationPathHeader.epoch)),
    action: fromSubjectToken(action ?? ''),
    messageId: message.headers(StationPathHeader.messageId) ?? '',
    frame: message.body,
  };
}

function uuid(text: string): string {
  if (!isUuid(text)) throw intakeErrors.badCall({ text });
  return text.toLowerCase();
}

function time(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw intakeErrors.badCall({ text });
  return date;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw intakeErrors.badCall({ text });
  return value;
}
