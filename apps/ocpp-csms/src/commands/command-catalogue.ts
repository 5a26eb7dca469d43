import { create } from '@bufbuild/protobuf';
import { CommandDescriptionSchema, type CommandDescription } from '@ampline/contracts';
import { OCPP16_ACTIONS, ocpp16Action, payloadSchema, type Ocpp16Action } from '@ampline/protocol-ocpp';

/** They interrupt somebody, or are hard to undo. */
const DANGEROUS: ReadonlySet<Ocpp16Action> = new Set([
  'DeleteCertificate',
  'RemoteStopTransaction',
  'Reset',
  'SignedUpdateFirmware',
  'UnlockConnector',
  'UpdateFirmware',
]);

/** See `isPasswordChange`. */
const MAY_HOLD_SECRET: ReadonlySet<Ocpp16Action> = new Set(['ChangeConfiguration']);

/** The 19 actions of OCPP 1.6 that a station receives and the 7 of the security whitepaper, by profile as OCPP 1.6 lists them. */
export function commandCatalogue(): CommandDescription[] {
  const actions = Object.keys(OCPP16_ACTIONS) as Ocpp16Action[];
  return actions
    .filter((action) => ocpp16Action(action).direction !== 'from-station')
    .map((action) =>
      create(CommandDescriptionSchema, {
        action,
        profile: ocpp16Action(action).profile,
        schemaJson: JSON.stringify(payloadSchema(action, 'request')),
        dangerous: DANGEROUS.has(action),
        mayHoldSecret: MAY_HOLD_SECRET.has(action),
      }),
    );
}
