import { profileRules } from './charging-profile.js';
import { anyConnector, demand, type Rule, type Rules } from './rule.js';

/** §5.16, §3.13: which purpose goes to which connector. */
const setChargingProfile: Rule<'SetChargingProfile'> = ({ connectorId, csChargingProfiles: profile }) => {
  const { chargingProfilePurpose: purpose, chargingProfileKind: kind } = profile;
  return [
    ...anyConnector(connectorId),
    ...demand(purpose !== 'ChargePointMaxProfile' || connectorId === 0, '/connectorId', 'must be 0 for a ChargePointMaxProfile'),
    ...demand(purpose !== 'TxProfile' || connectorId > 0, '/connectorId', 'must be above 0 for a TxProfile'),
    ...demand(
      purpose !== 'ChargePointMaxProfile' || kind !== 'Relative',
      '/csChargingProfiles/chargingProfileKind',
      'must not be Relative in a ChargePointMaxProfile',
    ),
    ...profileRules(profile, '/csChargingProfiles'),
  ];
};

/** §5.5, 5.7, 5.16. */
export const smartChargingRules: Rules = {
  ClearChargingProfile: ({ connectorId, stackLevel }) => [
    ...anyConnector(connectorId),
    ...demand((stackLevel ?? 0) >= 0, '/stackLevel', 'must not be below 0'),
  ],
  GetCompositeSchedule: ({ connectorId, duration }) => [
    ...anyConnector(connectorId),
    ...demand(duration > 0, '/duration', 'must be above 0'),
  ],
  SetChargingProfile: setChargingProfile,
};
