import type { BrandLook } from '@ampline/contracts';
import { accountsErrors } from '../errors.js';
import { emailOf, localeOf, textOrNull, type Locale } from '../fields.js';
import { nameOf } from '../names.js';

/** How a brand presents itself, as it is kept. */
export interface WantedLook {
  name: string;
  primaryColor: string;
  accentColor: string;
  /** Lower case, each once. */
  hosts: string[];
  defaultLocale: Locale;
  supportEmail: string | null;
  supportPhone: string | null;
  imprintUrl: string | null;
  privacyUrl: string | null;
  termsUrl: string | null;
}

const COLOR = /^#[0-9a-f]{6}$/;
/** RFC 1123: labels of letters, digits and hyphens. */
const HOST = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const MOST_HOSTS = 20;
const LONGEST_PHONE = 40;
const LONGEST_URL = 500;

/** Of a tenant that has not chosen yet. */
export function defaultLook(name: string): WantedLook {
  return {
    name,
    primaryColor: '#0b6b5b',
    accentColor: '#f5b700',
    hosts: [],
    defaultLocale: 'en',
    supportEmail: null,
    supportPhone: null,
    imprintUrl: null,
    privacyUrl: null,
    termsUrl: null,
  };
}

/** Throws `accounts.field-invalid`, `accounts.name-invalid`. */
export function lookOf(look: BrandLook | undefined): WantedLook {
  if (!look) throw accountsErrors.fieldInvalid({ field: 'look', rule: 'is given' });
  return {
    name: nameOf(look.name),
    primaryColor: colorOf('primary_color', look.primaryColor),
    accentColor: colorOf('accent_color', look.accentColor),
    hosts: hostsOf(look.hosts),
    defaultLocale: localeOf(look.defaultLocale),
    supportEmail: look.supportEmail.trim() === '' ? null : emailOf(look.supportEmail),
    supportPhone: textOrNull('support_phone', look.supportPhone, LONGEST_PHONE),
    imprintUrl: linkOf('imprint_url', look.imprintUrl),
    privacyUrl: linkOf('privacy_url', look.privacyUrl),
    termsUrl: linkOf('terms_url', look.termsUrl),
  };
}

function colorOf(field: string, text: string): string {
  const color = text.toLowerCase();
  if (!COLOR.test(color)) throw accountsErrors.fieldInvalid({ field, rule: 'is `#rrggbb`' });
  return color;
}

function hostsOf(texts: readonly string[]): string[] {
  const hosts = [...new Set(texts.map((text) => text.trim().toLowerCase()))];
  if (hosts.length > MOST_HOSTS) throw accountsErrors.fieldInvalid({ field: 'hosts', rule: `are ${MOST_HOSTS} at most` });
  if (!hosts.every((host) => HOST.test(host))) throw accountsErrors.fieldInvalid({ field: 'hosts', rule: 'are host names without port' });
  return hosts;
}

/** People open it: nothing but the web. */
function linkOf(field: string, text: string): string | null {
  const link = textOrNull(field, text, LONGEST_URL);
  if (link === null) return null;
  const url = URL.parse(link);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw accountsErrors.fieldInvalid({ field, rule: 'is an http or https URL' });
  return url.href;
}
