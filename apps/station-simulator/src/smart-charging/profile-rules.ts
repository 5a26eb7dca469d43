import type { ChargingProfile } from '@ampline/protocol-ocpp';
import type { StationConfiguration } from '../configuration.js';
import type { LedgerTransaction } from '../ledger.js';
import { RECURRENCE_S } from './schedule.js';

const UNIT_NAMES = { A: 'Current', W: 'Power' } as const;

/** Whether the firmware takes a profile for a connector that it has (OCPP 1.6 §3.13, §7.13). */
export function acceptable(
  profile: ChargingProfile,
  connectorId: number,
  running: LedgerTransaction | undefined,
  configuration: StationConfiguration,
): boolean {
  return fitsPurpose(profile, connectorId, running) && fitsKind(profile) && fitsFirmware(profile, configuration);
}

function fitsPurpose(profile: ChargingProfile, connectorId: number, running: LedgerTransaction | undefined): boolean {
  switch (profile.chargingProfilePurpose) {
    case 'ChargePointMaxProfile':
      return connectorId === 0 && profile.chargingProfileKind !== 'Relative';
    case 'TxDefaultProfile':
      return true;
    case 'TxProfile':
      if (connectorId === 0 || running === undefined) return false;
      return profile.transactionId === undefined || profile.transactionId === running.transactionId;
  }
}

function fitsKind({ chargingProfileKind: kind, recurrencyKind, chargingSchedule }: ChargingProfile): boolean {
  const { startSchedule, duration } = chargingSchedule;
  if (kind === 'Relative') return startSchedule === undefined;
  if (startSchedule === undefined) return false;
  if (kind === 'Absolute') return true;
  return recurrencyKind !== undefined && (duration === undefined || duration <= RECURRENCE_S[recurrencyKind]);
}

function fitsFirmware({ stackLevel, chargingSchedule }: ChargingProfile, configuration: StationConfiguration): boolean {
  const { chargingSchedulePeriod: periods, chargingRateUnit } = chargingSchedule;
  const ascending = periods.every(({ startPeriod }, i) => (i === 0 ? startPeriod === 0 : startPeriod > (periods[i - 1]?.startPeriod ?? 0)));
  return (
    ascending &&
    periods.length > 0 &&
    periods.every(({ limit }) => limit >= 0) &&
    periods.length <= configuration.count('ChargingScheduleMaxPeriods') &&
    stackLevel >= 0 &&
    stackLevel <= configuration.count('ChargeProfileMaxStackLevel') &&
    configuration.list('ChargingScheduleAllowedChargingRateUnit').includes(UNIT_NAMES[chargingRateUnit])
  );
}
