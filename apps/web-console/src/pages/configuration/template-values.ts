import type { ConfigurationTemplateInput, TemplateContentFragment, TemplateMode } from '../../generated/graphql.js';
import { orNull } from '../../parts/rules.js';

/** A template as a form has it. */
export interface TemplateValues {
  name: string;
  priority: string;
  mode: TemplateMode;
  resetWhenIdle: boolean;
  vendor: string;
  model: string;
  firmwareFrom: string;
  firmwareBefore: string;
  siteIds: string[];
  /** Identities, one a line. */
  stations: string;
  /** `Key=Value`, one a line. */
  settings: string;
}

/** `stations`: identities of the stations that the rule names. */
export function valuesOf(content: TemplateContentFragment | undefined, stations: readonly string[]): TemplateValues {
  const { name = '', priority = 100, mode = 'ENFORCE', resetWhenIdle = false, rule, settings = [] } = content ?? {};
  return {
    ...{ name, mode, resetWhenIdle },
    priority: String(priority),
    vendor: rule?.vendor ?? '',
    model: rule?.model ?? '',
    firmwareFrom: rule?.firmwareFrom ?? '',
    firmwareBefore: rule?.firmwareBefore ?? '',
    siteIds: [...(rule?.siteIds ?? [])],
    stations: stations.join('\n'),
    settings: settings.map(({ key, value }) => `${key}=${value}`).join('\n'),
  };
}

/** As the API takes it. */
export function inputOf(values: TemplateValues, stationIds: readonly string[]): ConfigurationTemplateInput {
  return {
    name: values.name.trim(),
    priority: Number(values.priority),
    mode: values.mode,
    resetWhenIdle: values.resetWhenIdle,
    rule: {
      vendor: orNull(values.vendor),
      model: orNull(values.model),
      firmwareFrom: orNull(values.firmwareFrom),
      firmwareBefore: orNull(values.firmwareBefore),
      siteIds: values.siteIds,
      stationIds: [...stationIds],
    },
    settings: linesOf(values.settings).map((line) => {
      const at = line.indexOf('=');
      return { key: line.slice(0, at).trim(), value: line.slice(at + 1).trim() };
    }),
  };
}

/** Lines that say something. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The first line that is no `Key=Value`; undefined when all are. */
export function badSetting(text: string): string | undefined {
  return linesOf(text).find((line) => !/^[!-<>-~]+\s*=/.test(line));
}
