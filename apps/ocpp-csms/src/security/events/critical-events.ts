/** Events that the OCPP 1.6 security whitepaper calls critical ("Security events"): a station has to tell them, if need be later. */
const CRITICAL: ReadonlySet<string> = new Set([
  'FirmwareUpdated',
  'SettingSystemTime',
  'StartupOfTheDevice',
  'ResetOrReboot',
  'SecurityLogWasCleared',
  'MemoryExhaustion',
  'TamperDetectionActivated',
]);

export function isCritical(type: string): boolean {
  return CRITICAL.has(type);
}
