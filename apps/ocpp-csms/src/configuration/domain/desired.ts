import { isFor, valueFor, type ConfiguredStation, type Template, type TemplateMode } from './template.js';

/** What a station is to have. */
export interface DesiredSetting {
  key: string;
  value: string;
  /** Null: the platform itself needs it. */
  templateId: string | null;
  mode: TemplateMode;
  resetWhenIdle: boolean;
}

/**
 * What is desired of a station: the platform's own settings, above them the templates that are for it. Of two that name a key the
 * higher priority counts, of equals the one that is older (by its id). Keys are compared without regard to case (OCPP CiString).
 */
export function desiredOf(
  builtIn: readonly { key: string; value: string }[],
  templates: readonly Template[],
  station: ConfiguredStation,
): DesiredSetting[] {
  const desired = new Map<string, DesiredSetting>();
  for (const { key, value } of builtIn) {
    desired.set(key.toLowerCase(), { key, value, templateId: null, mode: 'enforce', resetWhenIdle: false });
  }
  const lowestFirst = templates
    .filter((template) => isFor(template, station))
    .toSorted((a, b) => a.priority - b.priority || (a.templateId < b.templateId ? 1 : -1));
  for (const { templateId, mode, resetWhenIdle, settings } of lowestFirst) {
    for (const { key, value } of settings) {
      desired.set(key.toLowerCase(), { key, value: valueFor(value, station), templateId, mode, resetWhenIdle });
    }
  }
  return [...desired.values()];
}
