export interface ConfigurationEntry {
  key: string;
  value: string;
  readonly: boolean;
}

export type ChangeOutcome = 'Accepted' | 'Rejected' | 'RebootRequired' | 'NotSupported';

type Rule = 'read-only' | 'write-only' | 'count' | 'boolean' | 'text' | 'after-reboot';

/** Keys of OCPP 1.6 §9 that this firmware has, and one of a vendor. Defaults are those of common firmware. */
const FACTORY: Readonly<Record<string, readonly [value: string, rule: Rule]>> = {
  AllowOfflineTxForUnknownId: ['true', 'boolean'],
  AuthorizationCacheEnabled: ['false', 'boolean'],
  AuthorizationKey: ['', 'write-only'],
  AuthorizeRemoteTxRequests: ['false', 'boolean'],
  ClockAlignedDataInterval: ['0', 'count'],
  ConnectionTimeOut: ['60', 'count'],
  ConnectorPhaseRotation: ['NotApplicable', 'text'],
  GetConfigurationMaxKeys: ['50', 'read-only'],
  HeartbeatInterval: ['300', 'count'],
  LocalAuthorizeOffline: ['true', 'boolean'],
  LocalPreAuthorize: ['false', 'boolean'],
  MeterValuesAlignedData: ['Energy.Active.Import.Register', 'text'],
  MeterValuesSampledData: ['Energy.Active.Import.Register,Power.Active.Import,Current.Import,SoC', 'text'],
  MeterValueSampleInterval: ['10', 'count'],
  NumberOfConnectors: ['1', 'read-only'],
  ResetRetries: ['3', 'count'],
  StopTransactionOnEVSideDisconnect: ['true', 'boolean'],
  StopTransactionOnInvalidId: ['true', 'boolean'],
  StopTxnAlignedData: ['', 'text'],
  StopTxnSampledData: ['Energy.Active.Import.Register', 'text'],
  SupportedFeatureProfiles: ['Core,FirmwareManagement,RemoteTrigger', 'read-only'],
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

  private nameOf(key: string): string {
    return Object.keys(FACTORY).find((name) => name.toLowerCase() === key.toLowerCase()) ?? key;
  }
}
