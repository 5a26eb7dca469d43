import type { DataFindingKind } from '../../generated/graphql.js';

/** In the order in which they are offered. */
export const FINDING_KINDS: readonly DataFindingKind[] = [
  'EVSE_CODE_MISSING',
  'EVSE_CODE_FORMAT',
  'EVSE_CODE_STRANGE',
  'EVSE_CODE_TWICE',
  'POSITION_MISSING',
  'POSITION_ZERO',
  'POSITION_OUTSIDE_COUNTRY',
  'POSITION_FAR',
  'ADDRESS_MISSING',
  'POWER_IMPLAUSIBLE',
  'OTHER_DEVICE',
  'SERIAL_TWICE',
  'IDENTITY_ALIKE',
  'NEVER_SEEN',
  'NOT_SEEN',
  'CONNECTOR_SILENT',
  'CLOCK_OFF',
];
