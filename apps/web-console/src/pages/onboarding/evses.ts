import type { CreateEvseInput } from '../../generated/graphql.js';

/** What a form says of a station's EVSEs, which are all alike. */
export interface EvseValues {
  /** How many. */
  evses: string;
  type: string;
  /** With a point or a comma. */
  powerKw: string;
  /** EVSE ids, one a line. */
  codes: string;
}

/** As the API takes them, each with one connector. */
export function evsesOf({ evses, type, powerKw, codes }: EvseValues): CreateEvseInput[] {
  const lines = codes.split('\n').map((line) => line.trim());
  const maxPowerW = Math.round(Number(powerKw.replace(',', '.')) * 1_000);
  return Array.from({ length: Number(evses) }, (_, i) => ({ code: lines[i] || null, connectors: [{ type, maxPowerW }] }));
}
