import type { Quirk } from './deviations.js';

/** Stations that deviate, and where that is reported. */
export interface QuirkEntry {
  /** As in BootNotification, whatever the case; `*` stands for any text. */
  vendor: string;
  model: string;
  /** Included; absent: any. Compared as `compareVersions` does. */
  firmwareFrom?: string;
  /** Excluded; absent: any. */
  firmwareBefore?: string;
  quirks: readonly Quirk[];
  /** Public reports. */
  sources: readonly string[];
  /** What a reviewer has to know. */
  note?: string;
}

/**
 * Reviewed by people: each entry has a public source that names the charger. A station has the quirks of all entries that fit it.
 * Where a report does not quote the BootNotification, the names are those of the product; `note` says so.
 */
export const QUIRK_CATALOGUE: readonly QuirkEntry[] = [
  {
    vendor: 'ABB',
    model: 'CDT_TAC*',
    quirks: ['sampled_register_per_session'],
    sources: ['https://github.com/lbbrhzn/ocpp/pull/919', 'https://github.com/lbbrhzn/ocpp/issues/1275'],
    note: 'Terra AC. Names from its BootNotification.',
  },
  {
    vendor: 'chargebyte',
    model: 'Charge Control C*',
    firmwareBefore: '0.6',
    quirks: ['stop_with_random_transaction_id'],
    sources: ['https://github.com/EVerest/libocpp/issues/495'],
    note: 'Sends -1 when the transaction began offline. Seen with 0.5.0.',
  },
  {
    vendor: 'go-e*',
    model: '*',
    quirks: ['stop_with_random_transaction_id'],
    sources: ['https://github.com/goecharger/go-eCharger-API-v2/issues/106'],
    note: 'Sends -1 for a transaction that it abandons at once. Names of the product.',
  },
  {
    vendor: 'Growatt',
    model: 'THOR*',
    quirks: ['timestamps_in_site_zone'],
    sources: ['https://github.com/evcc-io/evcc/issues/10399', 'https://github.com/lbbrhzn/ocpp/issues/1709'],
    note: 'Names from its BootNotification. Its zone is set in its app: to that of the site.',
  },
  {
    vendor: '',
    model: 'ACChargePoint',
    quirks: ['meter_stop_rounded_down'],
    sources: ['https://github.com/lbbrhzn/ocpp/issues/1810', 'https://github.com/evcc-io/evcc/issues/32170'],
    note: 'Huawei SCharger, whose BootNotification names no vendor.',
  },
  {
    vendor: 'KEBA*',
    model: '*P30*',
    quirks: ['stop_with_random_transaction_id'],
    sources: ['https://github.com/steve-community/steve/issues/292'],
    note: 'Sends -1. Names of the product.',
  },
  {
    vendor: 'Ocular*',
    model: '*',
    quirks: ['long_id_tokens'],
    sources: ['https://github.com/lbbrhzn/ocpp/issues/2030', 'https://github.com/lbbrhzn/ocpp/pull/2075'],
    note: 'LTE Plus v3: id tokens of exactly 20 characters come back with two more. Names of the product.',
  },
  {
    vendor: 'OpenEVSE',
    model: '*',
    quirks: ['energy_in_kWh_without_unit'],
    sources: [
      'https://github.com/OpenEVSE/openevse_esp32_firmware/issues/703',
      'https://github.com/OpenEVSE/openevse_esp32_firmware/issues/219',
    ],
    note: 'Seen with 4.2.2. It tells the firmware of its controller, so no range can be given.',
  },
  {
    vendor: 'StarCharge',
    model: 'Aurora*',
    quirks: ['current_in_dA'],
    sources: ['https://github.com/lbbrhzn/ocpp/issues/1998', 'https://github.com/lbbrhzn/ocpp/issues/1096'],
    note: 'Sold as MG Chargehub. Names from its BootNotification.',
  },
  {
    vendor: 'United Chargers*',
    model: '*',
    quirks: ['no_subprotocol'],
    sources: ['https://github.com/lbbrhzn/ocpp/issues/442', 'https://github.com/steve-community/steve/issues/1109'],
    note: 'Grizzl-E Smart, seen with 05.621; its version 2 names the protocol. Names of the product.',
  },
];
