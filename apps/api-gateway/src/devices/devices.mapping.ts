import {
  OnboardingMode as OnboardingModeValue,
  TemplateMode as TemplateModeValue,
  type ConfigurationTemplate as TemplateMessage,
  type StationSetting as SettingMessage,
  type TemplateContent as ContentMessage,
} from '@ampline/contracts';
import type {
  ConfigurationTemplate,
  ConfigurationTemplateContent,
  ConfigurationTemplateInput,
  OnboardingMode,
  SettingChangeKind,
  SettingStatus,
  StationSetting,
  TemplateMode,
} from '../generated/graphql.js';
import { enumPair } from '../mapping/enum-pair.js';
import { iso, present, textOf, textOrNull } from '../mapping/values.js';
import { resolverErrors } from '../resolver.errors.js';

export const onboardingModes = enumPair<OnboardingModeValue, OnboardingMode>()({
  [OnboardingModeValue.UNSPECIFIED]: undefined,
  [OnboardingModeValue.REJECT]: 'REJECT',
  [OnboardingModeValue.PENDING]: 'PENDING',
  [OnboardingModeValue.TOKEN]: 'TOKEN',
});

export const templateModes = enumPair<TemplateModeValue, TemplateMode>()({
  [TemplateModeValue.UNSPECIFIED]: undefined,
  [TemplateModeValue.ENFORCE]: 'ENFORCE',
  [TemplateModeValue.OBSERVE]: 'OBSERVE',
});

const STATUS: Record<string, SettingStatus> = {
  accepted: 'ACCEPTED',
  rejected: 'REJECTED',
  'reboot-required': 'REBOOT_REQUIRED',
  'not-supported': 'NOT_SUPPORTED',
  unanswered: 'UNANSWERED',
  ineffective: 'INEFFECTIVE',
};
const KIND: Record<string, SettingChangeKind> = { added: 'ADDED', changed: 'CHANGED', removed: 'REMOVED' };

/** Throws `api.value-unknown` for what a newer service says. */
export function changeKind(kind: string): SettingChangeKind {
  const word = KIND[kind];
  if (word === undefined) throw resolverErrors.valueUnknown({ value: kind });
  return word;
}

export function stationSetting(setting: SettingMessage): StationSetting {
  const { key, reported, value, readonly, desired, templateId, mode, status, drifted } = setting;
  return {
    ...{ key, reported, readonly, drifted },
    value: value ?? null,
    desired: desired ?? null,
    templateId: textOrNull(templateId),
    mode: desired === undefined ? null : templateModes.word(mode),
    status: STATUS[status] ?? null,
  };
}

export function templateContent(message: ContentMessage | undefined): ConfigurationTemplateContent {
  const { name, rule, priority, mode, resetWhenIdle, settings } = present(message);
  const { vendor, model, firmwareFrom, firmwareBefore, siteIds, stationIds } = present(rule);
  return {
    ...{ name, priority, resetWhenIdle },
    rule: {
      vendor: textOrNull(vendor),
      model: textOrNull(model),
      firmwareFrom: textOrNull(firmwareFrom),
      firmwareBefore: textOrNull(firmwareBefore),
      siteIds,
      stationIds,
    },
    mode: templateModes.word(mode),
    settings: settings.map(({ key, value }) => ({ key, value })),
  };
}

export function template(message: TemplateMessage | undefined): ConfigurationTemplate {
  const { templateId, version, content, updatedAt, stations, drifted } = present(message);
  return { id: templateId, version, content: templateContent(content), updatedAt: iso(updatedAt), stations, drifted };
}

/** What a service is asked with for a template. */
export function contentRequest({ name, rule, priority, mode, resetWhenIdle, settings }: ConfigurationTemplateInput) {
  return {
    ...{ name, priority },
    rule: {
      vendor: textOf(rule?.vendor),
      model: textOf(rule?.model),
      firmwareFrom: textOf(rule?.firmwareFrom),
      firmwareBefore: textOf(rule?.firmwareBefore),
      siteIds: [...(rule?.siteIds ?? [])],
      stationIds: [...(rule?.stationIds ?? [])],
    },
    mode: templateModes.value(mode),
    resetWhenIdle: resetWhenIdle ?? false,
    settings: settings.map(({ key, value }) => ({ key, value })),
  };
}
