export interface ConfigurationEntry {
  key: string;
  value: string;
  readonly: boolean;
}

export type ChangeOutcome = 'Accepted' | 'Rejected' | 'RebootRequired' | 'NotSupported';

type Rule = 'read-only' | 'write-only' | 'count' | 'boolean' | 'text' | 'after-reboot' | 'security-profile';

/** Keys of OCPP 1.6 §9 and of the security whitepaper that this firmware has, and one of a vendor. Defaults are those of common firmware. */
const FACTORY: Readonly<Record<string, readonly [value: string, rule: Rule]>> = {
  AdditionalRootCertificateCheck: ['false', 'read-only'],
  AllowOfflineTxForUnknownId: ['true', 'boolean'],
  AuthorizationCacheEnabled: ['false', 'boolean'],
  AuthorizationKey: ['', 'write-only'],
  AuthorizeRemoteTxRequests: ['false', 'boolean'],
  CertificateSignedMaxChainSize: ['10000', 'read-only'],
  CertificateStoreMaxLength: ['10', 'read-only'],
  ChargeProfileMaxStackLevel: ['8', 'read-only'],
  ChargingScheduleAllowedChargingRateUnit: ['Current,Power', 'read-only'],
  ChargingScheduleMaxPeriods: ['24', 'read-only'],
  ClockAlignedDataInterval: ['0', 'count'],
  ConnectionTimeOut: ['60', 'count'],
  ConnectorPhaseRotation: ['NotApplicable', 'text'],
  ConnectorSwitch3to1PhaseSupported: ['false', 'read-only'],
  CpoName: ['Ampline', 'text'],
  GetConfigurationMaxKeys: ['50', 'read-only'],
  HeartbeatInterval: ['300', 'count'],
  LocalAuthListEnabled: ['true', 'boolean'],
  LocalAuthListMaxLength: ['1000', 'read-only'],
  LocalAuthorizeOffline: ['true', 'boolean'],
  LocalPreAuthorize: ['false', 'boolean'],
  MaxChargingProfilesInstalled: ['20', 'read-only'],
  MeterValuesAlignedData: ['Energy.Active.Import.Register', 'text'],
  MeterValueSampleInterval: ['10', 'count'],
  MeterValuesSampledData: ['Energy.Active.Import.Register,Power.Active.Import,Current.Import,SoC', 'text'],
  NumberOfConnectors: ['1', 'read-only'],
  ReserveConnectorZeroSupported: ['true', 'read-only'],
  ResetRetries: ['3', 'count'],
  SecurityProfile: ['0', 'security-profile'],
  SendLocalListMaxLength: ['200', 'read-only'],
  StopTransactionOnEVSideDisconnect: ['true', 'boolean'],
  StopTransactionOnInvalidId: ['true', 'boolean'],
  StopTxnAlignedData: ['', 'text'],
  StopTxnSampledData: ['Energy.Active.Import.Register', 'text'],
  SupportedFeatureProfiles: ['Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger', 'read-only'],
  SupportedFileTransferProtocols: ['FTP,FTPS,HTTP,HTTPS', 'read-only'],
  TransactionMessageAttempts: ['3', 'count'],
  TransactionMessageRetryInterval: ['60', 'count'],
  UnlockConnectorOnEVSideDisconnect: ['true', 'boolean'],
  WebSocketPingInterval: ['60', 'count'],
  'Ampline.LedBrightness': ['80', 'after-reboot'],
};

const LONGEST_VALUE = 500;
const ACCEPTS: Readonly<Record<Rule, (value: string) => boolean>> = {
  'read-only': () => false,
  'write-only': (value) => value.length >= 16 && value.length <= 40,
  count: (value) => /^\d{1,9}$/.test(value),
  boolean: (value) => /^(true|false)$/i.test(value),
  text: () => true,
  'after-reboot': (value) => /^\d{1,3}$/.test(value),
  'security-profile': (value) => /^[0-3]$/.test(value),
};

/** Configuration keys of one station. They survive a reset. */
export class StationConfiguration {
  private readonly values = new Map<string, string>();

  constructor(changes: Readonly<Record<string, string>>) {
    for (const [key, value] of Object.entries(changes)) this.values.set(key, value);
  }

  text(key: string): string {
    return this.values.get(key) ?? FACTORY[key]?.[0] ?? '';
  }

  count(key: string): number {
    return Number(this.text(key)) || 0;
  }

  /** What the station itself writes: not held to the rules of ChangeConfiguration. */
  set(key: string, value: string): void {
    this.values.set(key, value);
  }

  isOn(key: string): boolean {
    return this.text(key).toLowerCase() === 'true';
  }

  list(key: string): string[] {
    return this.text(key)
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }

  /** ChangeConfiguration (OCPP 1.6 §5.3). Keys are compared without regard to case, as CiStrings are. */
  change(key: string, value: string): ChangeOutcome {
    const name = this.nameOf(key);
    const rule = FACTORY[name]?.[1];
    if (rule === undefined) return 'NotSupported';
    if (value.length > LONGEST_VALUE || !ACCEPTS[rule](value)) return 'Rejected';
    this.values.set(name, value);
    return rule === 'after-reboot' ? 'RebootRequired' : 'Accepted';
  }

  /** GetConfiguration (OCPP 1.6 §5.8): all keys when none is named. */
  read(keys: readonly string[] | undefined): { configurationKey: ConfigurationEntry[]; unknownKey: string[] } {
    const asked = keys === undefined || keys.length === 0 ? Object.keys(FACTORY) : keys.slice(0, this.count('GetConfigurationMaxKeys'));
    const known = asked.filter((key) => this.nameOf(key) in FACTORY);
    return {
      configurationKey: known.map((key) => this.entry(this.nameOf(key))),
      unknownKey: asked.filter((key) => !known.includes(key)),
    };
  }

  private entry(key: string): ConfigurationEntry {
    const rule = FACTORY[key]?.[1];
    return { key, value: rule === 'write-only' ? '' : this.text(key), readonly: rule === 'read-only' };
  }

  /** The key as the firmware spells it. */
  nameOf(key: string): string {
    return Object.keys(FACTORY).find((name) => name.toLowerCase() === key.toLowerCase()) ?? key;
  }
}
