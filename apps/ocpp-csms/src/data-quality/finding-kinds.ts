import { DataFindingKind } from '@ampline/contracts';

/** What the SQL of findings calls each kind, and what it takes from the score of a station that it is found at (points of 100). */
export const FINDINGS = {
  'evse-code-missing': { kind: DataFindingKind.EVSE_CODE_MISSING, weight: 15 },
  'evse-code-format': { kind: DataFindingKind.EVSE_CODE_FORMAT, weight: 15 },
  'evse-code-strange': { kind: DataFindingKind.EVSE_CODE_STRANGE, weight: 5 },
  'evse-code-twice': { kind: DataFindingKind.EVSE_CODE_TWICE, weight: 20 },
  'position-missing': { kind: DataFindingKind.POSITION_MISSING, weight: 15 },
  'position-zero': { kind: DataFindingKind.POSITION_ZERO, weight: 15 },
  'position-outside-country': { kind: DataFindingKind.POSITION_OUTSIDE_COUNTRY, weight: 15 },
  'position-far': { kind: DataFindingKind.POSITION_FAR, weight: 10 },
  'address-missing': { kind: DataFindingKind.ADDRESS_MISSING, weight: 10 },
  'power-implausible': { kind: DataFindingKind.POWER_IMPLAUSIBLE, weight: 10 },
  'other-device': { kind: DataFindingKind.OTHER_DEVICE, weight: 10 },
  'serial-twice': { kind: DataFindingKind.SERIAL_TWICE, weight: 10 },
  'identity-alike': { kind: DataFindingKind.IDENTITY_ALIKE, weight: 10 },
  'never-seen': { kind: DataFindingKind.NEVER_SEEN, weight: 20 },
  'not-seen': { kind: DataFindingKind.NOT_SEEN, weight: 15 },
  'connector-silent': { kind: DataFindingKind.CONNECTOR_SILENT, weight: 10 },
  'clock-off': { kind: DataFindingKind.CLOCK_OFF, weight: 10 },
} as const satisfies Record<string, { kind: DataFindingKind; weight: number }>;

export type FindingName = keyof typeof FINDINGS;

/** Connector types (OCPP 2.0.1 ConnectorEnumType) and the power that one of them can have, W. 0 is implausible for each and for others. */
export const PLAUSIBLE_POWER = [
  { type: 'cType1', least: 1_300, most: 20_000 },
  { type: 'cType2', least: 1_300, most: 44_000 },
  { type: 'sType2', least: 1_300, most: 44_000 },
  { type: 'sType3', least: 1_300, most: 44_000 },
  { type: 's309-1P-16A', least: 1_300, most: 3_700 },
  { type: 's309-1P-32A', least: 1_300, most: 7_400 },
  { type: 's309-3P-16A', least: 1_300, most: 11_100 },
  { type: 's309-3P-32A', least: 1_300, most: 22_200 },
  { type: 'sCEE-7-7', least: 1_000, most: 3_700 },
  { type: 'cCCS1', least: 10_000, most: 1_000_000 },
  { type: 'cCCS2', least: 10_000, most: 1_000_000 },
  { type: 'cG105', least: 10_000, most: 400_000 },
] as const;
