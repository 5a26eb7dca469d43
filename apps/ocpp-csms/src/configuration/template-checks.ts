import { TemplateMode as ModeValue, type TemplateContent as ContentMessage } from '@ampline/contracts';
import { check, checkedIds, checkText } from '../stations/field-checks.js';
import { isSecretKey, unknownVariables, type TemplateContent, type TemplateMode } from './domain/template.js';

const MODE: Record<ModeValue, TemplateMode | undefined> = {
  [ModeValue.UNSPECIFIED]: undefined,
  [ModeValue.ENFORCE]: 'enforce',
  [ModeValue.OBSERVE]: 'observe',
};

const MOST_SETTINGS = 100;
const HIGHEST_PRIORITY = 1_000;
/** OCPP 1.6: a key is a CiString50, a value a CiString500. */
const LONGEST_KEY = 50;
const LONGEST_VALUE = 500;

/** A template as somebody sends it. Throws `csms.invalid-field`. */
export function checkedTemplate(message: ContentMessage | undefined): { name: string; content: TemplateContent } {
  const { name = '', rule, priority = 0, mode = ModeValue.UNSPECIFIED, resetWhenIdle = false, settings = [] } = message ?? {};
  checkText('content.name', name, 100);
  check('content.priority', priority >= 1 && priority <= HIGHEST_PRIORITY, `1 to ${HIGHEST_PRIORITY}`);
  check('content.mode', MODE[mode] !== undefined, 'ENFORCE or OBSERVE');
  check('content.settings', settings.length >= 1 && settings.length <= MOST_SETTINGS, `1 to ${MOST_SETTINGS} settings`);
  const keys = settings.map(({ key }) => key.toLowerCase());
  check('content.settings.key', new Set(keys).size === keys.length, 'no key twice');
  for (const setting of settings) checkSetting(setting);
  for (const part of ['vendor', 'model', 'firmwareFrom', 'firmwareBefore'] as const) {
    if (rule !== undefined && rule[part] !== '') checkText(`content.rule.${part}`, rule[part], 50);
  }
  const content: TemplateContent = {
    rule: {
      vendor: rule?.vendor ?? '',
      model: rule?.model ?? '',
      firmwareFrom: rule?.firmwareFrom ?? '',
      firmwareBefore: rule?.firmwareBefore ?? '',
      siteIds: checkedIds('content.rule.site_ids', rule?.siteIds ?? []),
      stationIds: checkedIds('content.rule.station_ids', rule?.stationIds ?? []),
    },
    priority,
    mode: MODE[mode] as TemplateMode,
    resetWhenIdle,
    settings: settings.map(({ key, value }) => ({ key, value })),
  };
  return { name, content };
}

function checkSetting({ key, value }: { key: string; value: string }): void {
  check('content.settings.key', /^[\x21-\x7e]+$/.test(key) && key.length <= LONGEST_KEY, `1 to ${LONGEST_KEY} printable characters`);
  check('content.settings.key', !isSecretKey(key), 'not the key of a secret: each station has its own');
  check('content.settings.value', value.length <= LONGEST_VALUE && !/\p{Cc}/u.test(value), `at most ${LONGEST_VALUE} characters`);
  check('content.settings.value', unknownVariables(value).length === 0, 'in braces only station, site, vendor, model, serial');
}
