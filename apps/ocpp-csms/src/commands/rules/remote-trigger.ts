import { oneConnector, type Rules } from './rule.js';

/** §5.17, and ExtendedTriggerMessage of the security whitepaper. */
export const remoteTriggerRules: Rules = {
  ExtendedTriggerMessage: ({ connectorId }) => oneConnector(connectorId),
  TriggerMessage: ({ connectorId }) => oneConnector(connectorId),
};
