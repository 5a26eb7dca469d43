/** Events that a station tells as soon as it can; the others it only writes down (security whitepaper, appendix "Security events"). */
const CRITICAL: ReadonlySet<string> = new Set([
  'FirmwareUpdated',
  'FailedToAuthenticateAtCentralSystem',
  'CentralSystemFailedToAuthenticate',
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
