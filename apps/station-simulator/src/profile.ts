import type { Range } from './chance.js';

/** What the station's clock shows, next to the true time. */
export type StationClockFault =
  | { kind: 'exact' }
  /** Wrong by so much, for ever. */
  | { kind: 'offset'; offsetMs: number }
  /** Shows the same moment for ever (ISO 8601). */
  | { kind: 'stuck'; at: string }
  /** Began at 1970-01-01 when the station got power, and was never set. */
  | { kind: 'since-1970' };

export interface Quirks {
  /** A StopTransaction names this instead of the id it was given. */
  stopTransactionId: 'given' | 'random' | 'zero' | 'minus-one';
  /** Share of the transaction messages that are sent once more after they were answered. */
  duplicateShare: number;
  /** A message that is sent again: with the id it had, or with a new one. */
  retryMessageId: 'same' | 'new';
  /** `counter` starts at 1 on every connection; `twice` uses each id for two messages in a row. */
  messageIds: 'uuid' | 'counter' | 'twice';
  /** Fields that no schema has. */
  extraFields: boolean;
  energyUnit: 'Wh' | 'kWh';
  /** Sampled registers: as they are, whole kWh under the name Wh, or from 0 in each transaction. */
  sampledRegister: 'lifetime' | 'kWh-as-Wh' | 'per-transaction';
  /** Currents in tenths of an ampere under the name A. */
  deciAmpere: boolean;
  /** State of charge as a share of 1. */
  socAsFraction: boolean;
  /** The only connector is called 0 in StatusNotification and MeterValues. */
  connectorZero: boolean;
  /** Bytes behind an id token of 20 characters in StopTransaction. */
  longIdTokens: boolean;
  /** What meterStop is: the register, 0, or 1 Wh less. */
  meterStop: 'register' | 'zero' | 'rounded-down';
  /** Offers no Sec-WebSocket-Protocol. */
  noSubprotocol: boolean;
  /** `"meterStart": "123"` */
  numbersAsText: boolean;
  /** How times end: `2026-01-01T12:00:00.000` + `Z`, nothing, or `+02:00` (the moment stays the same). */
  zone: 'utc' | 'none' | 'offset';
}

/** How a station behaves, as data. All durations in seconds of the station's own time unless the name says otherwise. */
export interface StationProfile {
  clock: StationClockFault;
  /** BootNotification after each reconnect, not only after power came back. */
  bootsOnReconnect: boolean;
  /** What happens at each EVSE, again and again. */
  charging: {
    /** Does cars come and go by themselves? Without, only scenarios and remote commands start transactions. */
    automatic: boolean;
    firstIdleS: Range;
    idleS: Range;
    chargingS: Range;
    /** From the end of charging until the cable is pulled out. */
    parkedS: Range;
    capacityWh: Range;
    stateOfCharge: Range;
    /** Authorize before StartTransaction while online. */
    authorizes: boolean;
    /** Starts while offline, with a token nobody has judged. */
    startsOffline: boolean;
  };
  /** The network goes away by itself. */
  outages: { everyS: Range; forS: Range } | undefined;
  connection: {
    /** How long the station waits for an answer. */
    callTimeoutMs: number;
    reconnectMinMs: number;
    reconnectMaxMs: number;
    handshakeTimeoutMs: number;
  };
  rebootS: number;
  /** What its BootNotification names until an update. */
  firmwareVersion: string;
  /** Fetching and putting files. Shares of 0 to 1 fail whatever the server does. */
  files: {
    uploadMethod: 'PUT' | 'POST';
    timeoutMs: number;
    installS: number;
    failedDownloads: number;
    failedInstallations: number;
    failedUploads: number;
  };
  /** Tells critical security events (whitepaper, appendix "Security events"); without, they are only in the security log. */
  securityEvents: boolean;
  /** A call that was cut off by the end of the connection counts as an attempt (OCPP 1.6 §3.7.1 does not say so; some firmware does). */
  lostConnectionIsAttempt: boolean;
  quirks: Quirks;
  /** Configuration keys (OCPP 1.6 §9) that differ from the factory's. */
  configuration: Readonly<Record<string, string>>;
}

type Partially<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: Partially<T[K]> } : T;
/** A profile by what differs from normal. */
export type ProfileChanges = Partially<Omit<StationProfile, 'clock' | 'outages' | 'configuration'>> &
  Partial<Pick<StationProfile, 'clock' | 'outages' | 'configuration'>>;

/** Firmware as it should be. */
export const NORMAL_PROFILE: StationProfile = {
  clock: { kind: 'exact' },
  bootsOnReconnect: true,
  charging: {
    automatic: true,
    firstIdleS: [0, 30],
    idleS: [30, 600],
    chargingS: [120, 1_800],
    parkedS: [5, 60],
    capacityWh: [30_000, 90_000],
    stateOfCharge: [0.1, 0.6],
    authorizes: true,
    startsOffline: true,
  },
  outages: undefined,
  connection: { callTimeoutMs: 30_000, reconnectMinMs: 500, reconnectMaxMs: 30_000, handshakeTimeoutMs: 15_000 },
  rebootS: 5,
  firmwareVersion: '1.6.4',
  files: { uploadMethod: 'PUT', timeoutMs: 30_000, installS: 2, failedDownloads: 0, failedInstallations: 0, failedUploads: 0 },
  securityEvents: false,
  lostConnectionIsAttempt: false,
  quirks: {
    stopTransactionId: 'given',
    duplicateShare: 0,
    retryMessageId: 'same',
    messageIds: 'uuid',
    extraFields: false,
    energyUnit: 'Wh',
    sampledRegister: 'lifetime',
    deciAmpere: false,
    socAsFraction: false,
    connectorZero: false,
    longIdTokens: false,
    meterStop: 'register',
    noSubprotocol: false,
    numbersAsText: false,
    zone: 'utc',
  },
  configuration: {},
};

const HOUR_MS = 3_600_000;

/** Behaviour that was seen in the field, by name. */
export const PROFILES = {
  normal: {},
  'clock-stuck': { clock: { kind: 'stuck', at: '2026-01-01T00:00:00.000Z' } },
  'clock-1970': { clock: { kind: 'since-1970' } },
  'clock-ahead': { clock: { kind: 'offset', offsetMs: HOUR_MS } },
  'clock-without-zone': { quirks: { zone: 'none' } },
  'clock-with-offset': { quirks: { zone: 'offset' } },
  'stop-random-id': { quirks: { stopTransactionId: 'random' } },
  'stop-zero-id': { quirks: { stopTransactionId: 'zero' } },
  'stop-minus-one-id': { quirks: { stopTransactionId: 'minus-one' } },
  duplicates: { quirks: { duplicateShare: 0.5 } },
  'retry-new-message-id': { quirks: { retryMessageId: 'new', duplicateShare: 0.3 } },
  'message-id-counter': { quirks: { messageIds: 'counter' } },
  'message-id-twice': { quirks: { messageIds: 'twice' } },
  'extra-fields': { quirks: { extraFields: true } },
  'kwh-units': { quirks: { energyUnit: 'kWh' } },
  'kwh-as-wh': { quirks: { sampledRegister: 'kWh-as-Wh' } },
  'register-per-transaction': { quirks: { sampledRegister: 'per-transaction' } },
  'deci-ampere': { quirks: { deciAmpere: true } },
  'soc-fraction': { quirks: { socAsFraction: true } },
  'connector-zero': { quirks: { connectorZero: true } },
  'long-id-tokens': { quirks: { longIdTokens: true } },
  'meter-stop-zero': { quirks: { meterStop: 'zero' }, configuration: { StopTxnSampledData: 'Energy.Active.Import.Register' } },
  'meter-stop-rounded-down': { quirks: { meterStop: 'rounded-down' } },
  'no-subprotocol': { quirks: { noSubprotocol: true } },
  'numbers-as-text': { quirks: { numbersAsText: true } },
  'no-boot-after-reconnect': { bootsOnReconnect: false },
  'firmware-fails': { files: { failedInstallations: 1 } },
  'downloads-fail': { files: { failedDownloads: 1 } },
  'uploads-fail': { files: { failedUploads: 1 } },
  'core-only': { configuration: { SupportedFeatureProfiles: 'Core' } },
  'lossy-network': { outages: { everyS: [20, 120], forS: [1, 60] } },
} as const satisfies Record<string, ProfileChanges>;

export type ProfileName = keyof typeof PROFILES;

export function isProfileName(name: string): name is ProfileName {
  return Object.hasOwn(PROFILES, name);
}

/** The normal profile with changes applied in order. */
export function profileOf(...changes: readonly (ProfileName | ProfileChanges)[]): StationProfile {
  return changes
    .map((change): ProfileChanges => (typeof change === 'string' ? PROFILES[change] : change))
    .reduce<StationProfile>(
      (profile, change) => ({
        ...profile,
        ...change,
        charging: { ...profile.charging, ...change.charging },
        connection: { ...profile.connection, ...change.connection },
        files: { ...profile.files, ...change.files },
        quirks: { ...profile.quirks, ...change.quirks },
        configuration: { ...profile.configuration, ...change.configuration },
      }),
      NORMAL_PROFILE,
    );
}
