import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { LOCALES, sentences } from '@ampline/ui';
import { describe, expect, it } from '@jest/globals';
import { createIntl } from 'react-intl';
import { CATALOGUES } from './messages.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const SOURCES = ['apps/web-console/src', 'libs/ui/src']
  .flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx}`, { cwd: ROOT }))
  .filter((file) => !/messages\.ts$|\.spec\.ts$|generated/.test(file))
  .map((file) => readFileSync(resolve(ROOT, file), 'utf8'))
  .join('\n');

/** Keys as they stand in the code, and patterns of those that are put together: `ui.status.${status}`. */
const literals = new Set([...SOURCES.matchAll(/'([\w.-]+)'/g)].map(([, key]) => key));
const patterns = [...SOURCES.matchAll(/`([a-zA-Z]+\.[\w.]*\$\{[^`]*)`/g)].map(
  ([, template = '']) =>
    new RegExp(
      `^${template
        .replace(/\$\{[^}]*\}/g, '\u0000')
        .replaceAll('.', '\\.')
        .replaceAll('\u0000', '.+')}$`,
    ),
);
const isUsed = (key: string) => literals.has(key) || patterns.some((pattern) => pattern.test(key));

/** Names of what a sentence is filled with. */
const slots = (sentence: string) => [...new Set([...sentence.matchAll(/\{(\w+)\s*[,}]/g)].map(([, name]) => name))].sort();

describe('sentences', () => {
  const [de, en] = [sentences('de', CATALOGUES), sentences('en', CATALOGUES)];

  it('are there in every language, none of them empty', () => {
    for (const locale of LOCALES) {
      const all = sentences(locale, CATALOGUES);
      expect(Object.keys(all).sort()).toEqual(Object.keys(en).sort());
      expect(Object.entries(all).filter(([, sentence]) => sentence.trim() === '')).toEqual([]);
    }
  });

  it('have one place each', () => {
    const keys = CATALOGUES.flatMap((part) => Object.keys(part.en));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it('are filled with the same in every language', () => {
    expect(Object.keys(en).filter((key) => String(slots(en[key] ?? '')) !== String(slots(de[key] ?? '')))).toEqual([]);
  });

  it('can be said in every language', () => {
    const faults: string[] = [];
    for (const locale of LOCALES) {
      const messages = sentences(locale, CATALOGUES);
      const intl = createIntl({ locale, messages, onError: ({ message }) => faults.push(message) });
      for (const [id, sentence] of Object.entries(messages)) {
        intl.formatMessage({ id }, Object.fromEntries(slots(sentence).map((name) => [name, 1])));
      }
    }
    expect(faults).toEqual([]);
  });

  it('are all said somewhere', () => {
    expect(Object.keys(en).filter((key) => !isUsed(key))).toEqual([]);
  });
});
