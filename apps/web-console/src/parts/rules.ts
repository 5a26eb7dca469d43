import type { Text } from '@ampline/ui';
import type { ConsoleKey } from '../messages.js';

const EMAIL = /^\S+@\S+$/;

/** Rules of fields that several forms have. */
export function fieldRules(text: Text<ConsoleKey>) {
  return {
    required: { required: text('parts.required') },
    email: { pattern: { value: EMAIL, message: text('parts.badEmail') } },
    requiredEmail: { required: text('parts.required'), pattern: { value: EMAIL, message: text('parts.badEmail') } },
    url: { pattern: { value: /^https?:\/\/\S+$/, message: text('parts.badUrl') } },
  };
}

/** What a form left empty is not told to the API. */
export function orNull(value: string): string | null {
  return value.trim() === '' ? null : value.trim();
}
