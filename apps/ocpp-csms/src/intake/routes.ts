import type { OCPP16_ACTIONS, Ocpp16Action } from '@ampline/protocol-ocpp';
import { authorize } from '../authorization/authorize.handler.js';
import { firmwareStatusNotification, signedFirmwareStatusNotification } from '../firmware/status-notifications.js';
import { signCertificate } from '../security/certificates/sign-certificate.handler.js';
import { securityEventNotification } from '../security/events/security-event.handler.js';
import { diagnosticsStatusNotification, logStatusNotification } from '../station-files/status-notifications.js';
import { startTransaction } from '../transactions/start-transaction.handler.js';
import { stopTransaction } from '../transactions/stop-transaction.handler.js';
import type { AfterBoot } from './after-boot.js';
import type { Answer } from './answer.js';
import type { BatchIntake, ValidCall } from './batch-intake.js';
import type { Handler } from './call-work.js';
import { bootNotification, type BootInterval } from './handlers/boot-notification.js';
import { dataTransfer, VENDOR_EXTENSIONS } from './handlers/data-transfer.js';
import { statusNotification } from './handlers/status-notification.js';

/** The actions that a station may send. */
export type InboundAction = {
  [A in Ocpp16Action]: (typeof OCPP16_ACTIONS)[A]['direction'] extends 'from-station' | 'both' ? A : never;
}[Ocpp16Action];

export type Route<A extends InboundAction> =
  /** One database transaction per call, calls of a station one after the other. */
  | { kind: 'serial'; handle: Handler<A> }
  /** One database transaction for many calls. */
  | { kind: 'batch'; take: (call: ValidCall<A>) => Promise<Answer> };

/** Action → who takes it in. Its schema is that of the action in protocol-ocpp. */
export type RouteTable = { readonly [A in InboundAction]: Route<A> };

export function routes(o: { batch: BatchIntake; interval: BootInterval; afterBoot: AfterBoot }): RouteTable {
  return {
    Authorize: serial(authorize),
    BootNotification: serial(bootNotification(o.interval, o.afterBoot)),
    DataTransfer: serial(dataTransfer(VENDOR_EXTENSIONS)),
    DiagnosticsStatusNotification: serial(diagnosticsStatusNotification),
    FirmwareStatusNotification: serial(firmwareStatusNotification),
    Heartbeat: { kind: 'batch', take: o.batch.heartbeat },
    LogStatusNotification: serial(logStatusNotification),
    MeterValues: { kind: 'batch', take: o.batch.meterValues },
    SecurityEventNotification: serial(securityEventNotification),
    SignCertificate: serial(signCertificate),
    SignedFirmwareStatusNotification: serial(signedFirmwareStatusNotification),
    StartTransaction: serial(startTransaction),
    StatusNotification: serial(statusNotification),
    StopTransaction: serial(stopTransaction),
  };
}

/** Each call is one database transaction. */
function serial<A extends InboundAction>(handle: Handler<A>): Route<A> {
  return { kind: 'serial', handle };
}
