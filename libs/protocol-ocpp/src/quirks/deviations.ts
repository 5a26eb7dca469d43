/** A way in which stations deviate from OCPP 1.6 that has to be known before it can be dealt with. */
export interface QuirkDeclaration {
  /** What such a station does. */
  does: string;
  /** What is done about it. */
  handling: string;
  /** What it deviates from. */
  clause: string;
  /** Where it is honoured, from the root of the repository. */
  honouredBy: string;
}

const METER_VALUES = 'apps/ocpp-csms/src/metering/meter-value-rows.ts';
const READINGS = 'libs/protocol-ocpp/src/quirks/as-meant.ts';
const TIMES = 'apps/ocpp-csms/src/transactions/domain/moment.ts';

/**
 * What is repaired for every station (protocol-ocpp, ocpp16/repair.ts) is no quirk: a quirk is what would be wrong to do for all.
 * Columns of stations hold these names, so they are never changed.
 */
export const QUIRKS = {
  stop_with_random_transaction_id: {
    does: 'Ends a transaction under an id that nobody gave it: -1, 0, or chance.',
    handling:
      'The end belongs to the only running session that its id token, times and register fit without a doubt; meter values belong to the ' +
      'running session of their connector. When none or several fit, no session is touched and a person decides.',
    clause: 'OCPP 1.6 §4.10, §6.49 (transactionId)',
    honouredBy: 'apps/ocpp-csms/src/transactions/domain/stop-guess.ts',
  },
  timestamps_in_site_zone: {
    does: 'Writes times without a zone and means those of the place where it stands.',
    handling: 'They are read in the time zone of the site. In the hour that autumn repeats, the first is meant.',
    clause: 'OCPP 1.6 §3.15',
    honouredBy: TIMES,
  },
  timestamps_in_utc_without_zone: {
    does: 'Writes times without a zone and means UTC.',
    handling: 'They are read as UTC.',
    clause: 'OCPP 1.6 §3.15',
    honouredBy: TIMES,
  },
  energy_in_kWh_without_unit: {
    does: 'Sends the energy register in kilowatt-hours, without a unit or under the name Wh.',
    handling: 'A sampled register below the begin of its session, and not below it a thousandfold, is taken as kWh. Begin and end are not.',
    clause: 'OCPP 1.6 §7.43, §7.45 (default Wh)',
    honouredBy: METER_VALUES,
  },
  sampled_register_per_session: {
    does: 'Counts sampled registers from 0 in each session, while begin and end are readings of the lifetime register.',
    handling: 'A sampled register below the begin of its session is added to it.',
    clause: 'OCPP 1.6 §7.31 (Energy.Active.Import.Register), errata §3.9',
    honouredBy: METER_VALUES,
  },
  current_in_dA: {
    does: 'Sends currents in tenths of an ampere under the name A.',
    handling: 'They are divided by ten; the message archive keeps what was sent.',
    clause: 'OCPP 1.6 §7.45',
    honouredBy: READINGS,
  },
  soc_as_fraction: {
    does: 'Sends the state of charge as a share of 1.',
    handling: 'Values of at most 1 are taken a hundredfold.',
    clause: 'OCPP 1.6 §7.31 (SoC)',
    honouredBy: READINGS,
  },
  connector_zero_means_one: {
    does: 'Has one connector and speaks of it as connector 0.',
    handling: 'Status and meter values of connector 0 are those of connector 1. Refused for a station with more connectors.',
    clause: 'OCPP 1.6 §3.7',
    honouredBy: READINGS,
  },
  long_id_tokens: {
    does: 'Appends bytes to id tokens of 20 characters.',
    handling: 'What follows the 20th character is cut off.',
    clause: 'OCPP 1.6 §7.28 (CiString20Type)',
    honouredBy: READINGS,
  },
  meter_stop_zero: {
    does: 'Ends a transaction with register 0 and tells the true one in the readings of the end.',
    handling: 'The register of its Transaction.End reading counts. Without one, the end stays in doubt.',
    clause: 'OCPP 1.6 §6.49 (meterStop)',
    honouredBy: READINGS,
  },
  meter_stop_rounded_down: {
    does: 'Rounds the register of the end otherwise than that of the begin: a session without energy ends a few Wh below its begin.',
    handling: 'An end at most 10 Wh below the begin is one of 0 Wh, not in doubt.',
    clause: 'OCPP 1.6 §6.49 (meterStop)',
    honouredBy: 'apps/ocpp-csms/src/transactions/told-stop.ts',
  },
  no_subprotocol: {
    does: 'Opens its WebSocket without Sec-WebSocket-Protocol.',
    handling: 'It is admitted as a station that speaks OCPP 1.6, if it is known by name.',
    clause: 'OCPP-J 1.6 §3.1.2',
    honouredBy: 'apps/ocpp-csms/src/presence/admission.ts',
  },
} as const satisfies Record<string, QuirkDeclaration>;

export type Quirk = keyof typeof QUIRKS;
/** What deviates at a station. */
export type QuirkSet = ReadonlySet<Quirk>;

export const NO_QUIRKS: QuirkSet = new Set();

export function isQuirk(name: string): name is Quirk {
  return Object.hasOwn(QUIRKS, name);
}

/** Names of another version of this software are left out. */
export function quirkSet(names: readonly string[]): QuirkSet {
  return names.length === 0 ? NO_QUIRKS : new Set(names.filter(isQuirk));
}
