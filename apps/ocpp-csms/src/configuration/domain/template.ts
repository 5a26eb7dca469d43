import { compareVersions } from '@ampline/kernel-ids';

export type TemplateMode = 'enforce' | 'observe';

/** For which stations a template is: all conditions hold; an empty one always does. */
export interface TemplateRule {
  vendor: string;
  model: string;
  /** Included. */
  firmwareFrom: string;
  /** Excluded. */
  firmwareBefore: string;
  siteIds: readonly string[];
  stationIds: readonly string[];
}

export interface TemplateSetting {
  key: string;
  /** With `{station}` and the like. */
  value: string;
}

/** A template without its name; as it is stored. */
export interface TemplateContent {
  rule: TemplateRule;
  priority: number;
  mode: TemplateMode;
  resetWhenIdle: boolean;
  settings: readonly TemplateSetting[];
}

export interface Template extends TemplateContent {
  templateId: string;
}

/** What rules and variables ask of a station. */
export interface ConfiguredStation {
  stationId: string;
  identity: string;
  siteId: string;
  siteName: string;
  vendor: string;
  model: string;
  serialNumber: string;
  firmwareVersion: string;
}

/** What may stand in a value, in braces. */
const VARIABLES: Record<string, (station: ConfiguredStation) => string> = {
  station: ({ identity }) => identity,
  site: ({ siteName }) => siteName,
  vendor: ({ vendor }) => vendor,
  model: ({ model }) => model,
  serial: ({ serialNumber }) => serialNumber,
};
const VARIABLE = /\{(\w+)\}/g;

export function isFor({ rule }: TemplateContent, station: ConfiguredStation): boolean {
  const { vendor, model, firmwareFrom, firmwareBefore, siteIds, stationIds } = rule;
  const { firmwareVersion } = station;
  if (vendor !== '' && vendor.toLowerCase() !== station.vendor.toLowerCase()) return false;
  if (model !== '' && model.toLowerCase() !== station.model.toLowerCase()) return false;
  if (firmwareFrom !== '' && (firmwareVersion === '' || compareVersions(firmwareVersion, firmwareFrom) < 0)) return false;
  if (firmwareBefore !== '' && (firmwareVersion === '' || compareVersions(firmwareVersion, firmwareBefore) >= 0)) return false;
  if (siteIds.length > 0 && !siteIds.includes(station.siteId)) return false;
  return stationIds.length === 0 || stationIds.includes(station.stationId);
}

/** The value with the station's own in the place of variables. */
export function valueFor(value: string, station: ConfiguredStation): string {
  return value.replace(VARIABLE, (text, name: string) => VARIABLES[name]?.(station) ?? text);
}

/** Variables of a value that there are not. */
export function unknownVariables(value: string): string[] {
  return [...value.matchAll(VARIABLE)].map(([, name = '']) => name).filter((name) => !(name in VARIABLES));
}

/** Settings that hold a secret: never shown, never desired by a template. */
export function isSecretKey(key: string): boolean {
  return /authorizationkey|password|passphrase|secret|privatekey/i.test(key);
}
