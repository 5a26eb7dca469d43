/**
 * CALLERROR codes as we write them. OCPP-J 1.6 spells `FormationViolation` and `OccurenceConstraintViolation` that way
 * (OCPP-J 1.6, "CallError").
 */
export const OCPP_ERROR_CODES = [
  'NotImplemented',
  'NotSupported',
  'InternalError',
  'ProtocolError',
  'SecurityError',
  'FormationViolation',
  'PropertyConstraintViolation',
  'OccurenceConstraintViolation',
  'TypeConstraintViolation',
  'GenericError',
] as const;

export type OcppErrorCode = (typeof OCPP_ERROR_CODES)[number];

/** Spellings of later versions and of implementations, folded to lower case. */
const OTHER_SPELLINGS: readonly (readonly [string, OcppErrorCode])[] = [
  ['formatviolation', 'FormationViolation'],
  ['occurrenceconstraintviolation', 'OccurenceConstraintViolation'],
];

const BY_FOLDED_NAME: ReadonlyMap<string, OcppErrorCode> = new Map([
  ...OCPP_ERROR_CODES.map((code) => [code.toLowerCase(), code] as const),
  ...OTHER_SPELLINGS,
]);

/** The code behind any spelling a peer may use, in any letter case; undefined for one nobody defined. */
export function readErrorCode(text: string): OcppErrorCode | undefined {
  return BY_FOLDED_NAME.get(text.trim().toLowerCase());
}
