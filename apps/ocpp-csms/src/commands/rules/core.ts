import { profileRules } from './charging-profile.js';
import { anyConnector, demand, oneConnector, type Rule, type Rules } from './rule.js';

/** §5.11: the transaction of the profile does not exist yet. */
const remoteStart: Rule<'RemoteStartTransaction'> = ({ connectorId, chargingProfile: profile }) => [
  ...oneConnector(connectorId),
  ...(profile
    ? [
        ...demand(profile.chargingProfilePurpose === 'TxProfile', '/chargingProfile/chargingProfilePurpose', 'must be TxProfile'),
        ...demand(
          profile.transactionId === undefined,
          '/chargingProfile/transactionId',
          'must not be there: the transaction has not begun',
        ),
        ...profileRules(profile, '/chargingProfile'),
      ]
    : []),
];

/** §5.2, 5.3, 5.8, 5.11, 5.18, 4.3. */
export const coreRules: Rules = {
  ChangeAvailability: ({ connectorId }) => anyConnector(connectorId),
  ChangeConfiguration: ({ key }) => demand(key.trim() !== '', '/key', 'must not be empty'),
  DataTransfer: ({ vendorId }) => demand(vendorId.trim() !== '', '/vendorId', 'must not be empty'),
  GetConfiguration: ({ key }) => (key ?? []).flatMap((name, i) => demand(name.trim() !== '', `/key/${i}`, 'must not be empty')),
  RemoteStartTransaction: remoteStart,
  UnlockConnector: ({ connectorId }) => oneConnector(connectorId),
};
