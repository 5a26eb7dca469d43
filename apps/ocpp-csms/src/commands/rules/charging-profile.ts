import type { ChargingProfile } from '@ampline/protocol-ocpp';
import { demand, inOrder, type Violation } from './rule.js';

const PERIOD_S = { Daily: 86_400, Weekly: 604_800 } as const;
const MOST_PHASES = 3;

/** What holds of a charging profile wherever it is sent (OCPP 1.6 §7.8, §7.13). `at`: JSON pointer to it. */
export function profileRules(profile: ChargingProfile, at: string): Violation[] {
  const { chargingProfilePurpose: purpose, transactionId, stackLevel, validFrom, validTo } = profile;
  return [
    ...demand(stackLevel >= 0, `${at}/stackLevel`, 'must not be below 0'),
    ...demand(transactionId === undefined || purpose === 'TxProfile', `${at}/transactionId`, 'is for a TxProfile only'),
    ...inOrder(validFrom, validTo, `${at}/validTo`, 'must be after validFrom'),
    ...kindRules(profile, at),
    ...scheduleRules(profile.chargingSchedule, `${at}/chargingSchedule`),
  ];
}

/** When the schedule begins, and whether it does so again. */
function kindRules({ chargingProfileKind: kind, recurrencyKind, chargingSchedule: schedule }: ChargingProfile, at: string): Violation[] {
  const start = `${at}/chargingSchedule/startSchedule`;
  const period = recurrencyKind === undefined ? undefined : PERIOD_S[recurrencyKind];
  const recurring = kind === 'Recurring';
  return [
    ...demand(kind === 'Relative' || schedule.startSchedule !== undefined, start, `must be there in a profile that is ${kind}`),
    ...demand(kind !== 'Relative' || schedule.startSchedule === undefined, start, 'must not be there in a profile that is Relative'),
    ...demand(!recurring || recurrencyKind !== undefined, `${at}/recurrencyKind`, 'must be there in a profile that is Recurring'),
    ...demand(recurring || recurrencyKind === undefined, `${at}/recurrencyKind`, 'is for a profile that is Recurring only'),
    ...demand(
      period === undefined || (schedule.duration ?? 0) <= period,
      `${at}/chargingSchedule/duration`,
      `must not be longer than the ${period} s after which the schedule begins again`,
    ),
  ];
}

/** Periods begin at 0 and follow each other; what none covers falls through to the next stack level. */
function scheduleRules(schedule: ChargingProfile['chargingSchedule'], at: string): Violation[] {
  const { duration, minChargingRate, chargingSchedulePeriod: periods } = schedule;
  return [
    ...demand(duration === undefined || duration > 0, `${at}/duration`, 'must be above 0'),
    ...demand((minChargingRate ?? 0) >= 0, `${at}/minChargingRate`, 'must not be below 0'),
    ...demand(periods.length > 0, `${at}/chargingSchedulePeriod`, 'must hold a period'),
    ...periods.flatMap(({ startPeriod, limit, numberPhases }, i) => {
      const here = `${at}/chargingSchedulePeriod/${i}`;
      const before = periods[i - 1]?.startPeriod;
      return [
        ...(before === undefined
          ? demand(startPeriod === 0, `${here}/startPeriod`, 'must be 0 in the first period')
          : demand(startPeriod > before, `${here}/startPeriod`, 'must be above that of the period before')),
        ...demand(duration === undefined || i === 0 || startPeriod < duration, `${here}/startPeriod`, 'must be within the duration'),
        ...demand(limit >= 0, `${here}/limit`, 'must not be below 0'),
        ...demand(
          numberPhases === undefined || (numberPhases >= 1 && numberPhases <= MOST_PHASES),
          `${here}/numberPhases`,
          `must be 1 to ${MOST_PHASES}`,
        ),
      ];
    }),
  ];
}
