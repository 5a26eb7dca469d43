import type { Ocpp16Action } from '@ampline/protocol-ocpp';
import { coreRules } from './core.js';
import { firmwareManagementRules } from './firmware-management.js';
import { localAuthListRules } from './local-auth-list.js';
import { remoteTriggerRules } from './remote-trigger.js';
import { reservationRules } from './reservation.js';
import type { Rules, Violation } from './rule.js';
import { securityRules } from './security.js';
import { smartChargingRules } from './smart-charging.js';

/** By action; one that is not here has no rule beyond its schema. */
const RULES: Rules = {
  ...coreRules,
  ...firmwareManagementRules,
  ...localAuthListRules,
  ...remoteTriggerRules,
  ...reservationRules,
  ...securityRules,
  ...smartChargingRules,
};

/** Which rules of OCPP 1.6 a payload breaks that its schema allows. */
export function brokenRules(action: Ocpp16Action, payload: unknown, now: Date): Violation[] {
  return RULES[action]?.(payload as never, now) ?? [];
}
