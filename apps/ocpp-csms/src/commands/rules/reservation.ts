import { anyConnector, demand, type Rules } from './rule.js';

/** §5.13. Connector 0 reserves any one of the station, where it supports that (ReserveConnectorZeroSupported). */
export const reservationRules: Rules = {
  ReserveNow: ({ connectorId, expiryDate }, now) => [
    ...anyConnector(connectorId),
    ...demand(Date.parse(expiryDate) > now.getTime(), '/expiryDate', 'must be in the future'),
  ],
};
