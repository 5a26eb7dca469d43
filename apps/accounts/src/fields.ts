import { parseId } from '@ampline/kernel-ids';
import { z } from 'zod';
import { accountsErrors } from './errors.js';

const MOST_IDS = 500;
/** RFC 5321: 256 with the brackets around it. */
const EMAIL = z.email().max(254);

/** Undefined stands for "none" in no message: an empty text does. Throws `ids.not-an-id`. */
export function idOrNull(kind: string, text: string): string | null {
  return text === '' ? null : parseId(kind, text);
}

/** Ids without repetition. Throws `ids.not-an-id`, `accounts.too-many-ids`. */
export function idsOf(kind: string, texts: readonly string[]): string[] {
  if (texts.length > MOST_IDS) throw accountsErrors.tooManyIds({ ids: texts.length });
  return [...new Set(texts.map((text) => parseId(kind, text)))];
}

/** A text without space around it; null for an empty one. Throws `accounts.field-invalid` when it is longer than `most`. */
export function textOrNull(field: string, text: string, most: number): string | null {
  const trimmed = text.trim();
  if (trimmed.length > most) throw accountsErrors.fieldInvalid({ field, rule: `has at most ${most} characters` });
  return trimmed === '' ? null : trimmed;
}

/** An e-mail address in lower case: users log in with it, and the identity provider makes no difference either. Throws `accounts.field-invalid`. */
export function emailOf(text: string): string {
  const email = text.trim().toLowerCase();
  if (!EMAIL.safeParse(email).success) throw accountsErrors.fieldInvalid({ field: 'email', rule: 'is an e-mail address' });
  return email;
}

export const LOCALES = ['de', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

/** Throws `accounts.field-invalid`. */
export function localeOf(text: string): Locale {
  const locale = LOCALES.find((one) => one === text);
  if (!locale) throw accountsErrors.fieldInvalid({ field: 'locale', rule: `is one of ${LOCALES.join(', ')}` });
  return locale;
}

/** A text as LIKE takes it literally. */
export function literally(text: string): string {
  return text.trim().replace(/[\\%_]/g, '\\$&');
}

/** A pattern of LIKE for texts that hold `part`, whatever it consists of. */
export function holding(part: string): string {
  return `%${literally(part)}%`;
}

/** Customer and staff numbers. */
export const LONGEST_REFERENCE = 100;
