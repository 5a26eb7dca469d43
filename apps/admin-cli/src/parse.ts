import { timestampFromDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { fromWord, words } from './format.js';

/** A whole number from `min` on. */
export function wholeNumber(min: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!Number.isSafeInteger(number) || number < min) throw new InvalidArgumentError(`A whole number from ${min} on is expected.`);
    return number;
  };
}

/** Watt-hours. */
export function wattHours(text: string): bigint {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Whole watt-hours are expected.');
  return BigInt(text);
}

/** A day (its begin in UTC) or a time with its zone. */
export function moment(text: string): Timestamp {
  const zoned = /^\d{4}-\d{2}-\d{2}(T.+(Z|[+-]\d{2}:?\d{2}))?$/.test(text);
  const ms = Date.parse(text);
  if (!zoned || Number.isNaN(ms))
    throw new InvalidArgumentError('A day (2027-01-31) or a time with its zone (2027-01-31T12:00:00Z) is expected.');
  return timestampFromDate(new Date(ms));
}

/** JSON text of an object. */
export function jsonObject(text: string): string {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new InvalidArgumentError('A JSON object is expected.');
  return text;
}

/** One of the words of a generated enum. */
export function oneOf(values: Readonly<Record<number, string>>): (text: string) => number {
  return (text) => {
    const value = fromWord(values, text);
    if (value === undefined) throw new InvalidArgumentError(`One of ${words(values).join(', ')} is expected.`);
    return value;
  };
}

/** Adds one more value to an option that may be given several times. */
export function several(text: string, before: string[] = []): string[] {
  return [...before, text];
}

/** Gives a command the options of every list. */
export function listOptions(command: Command): Command {
  return command
    .addOption(new Option('--limit <number>', 'rows to show at most').default(50).argParser(wholeNumber(1)))
    .option('--all', 'show all rows');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
