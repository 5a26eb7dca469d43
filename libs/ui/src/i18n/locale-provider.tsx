import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { IntlProvider, useIntl } from 'react-intl';
import { LOCALES, pickLocale, sentences, type Catalogue, type Locale } from './catalogue.js';

interface LocaleChoice {
  locale: Locale;
  /** The person's own choice: kept in this browser, before what their account says. */
  choose: (locale: Locale) => void;
  /** What the account or brand says, for whoever has chosen nothing. */
  suggest: (locale: string) => void;
}

const Choice = createContext<LocaleChoice | null>(null);
const STORED = 'ampline-locale';

/** Speaks the person's language: their choice, else their account's, else the browser's. */
export function LocaleProvider({ catalogues, children }: { catalogues: readonly Catalogue[]; children: ReactNode }) {
  const [chosen, setChosen] = useState(() => localStorage.getItem(STORED));
  const [suggested, suggest] = useState<string>();
  const locale = pickLocale([chosen, suggested, ...navigator.languages]);
  const choose = useCallback((next: Locale) => {
    localStorage.setItem(STORED, next);
    setChosen(next);
  }, []);
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  const messages = useMemo(() => sentences(locale, catalogues), [locale, catalogues]);
  const choice = useMemo(() => ({ locale, choose, suggest }), [locale, choose]);
  return (
    <Choice value={choice}>
      <IntlProvider locale={locale} messages={messages} defaultLocale="en">
        {children}
      </IntlProvider>
    </Choice>
  );
}

/** The language of the page, and how to change it. */
export function useLocale(): LocaleChoice {
  const choice = useContext(Choice);
  if (choice === null) throw new Error('useLocale outside of LocaleProvider');
  return choice;
}

/** Names of the languages, each in itself. */
export const LOCALE_NAMES: Readonly<Record<(typeof LOCALES)[number], string>> = { de: 'Deutsch', en: 'English' };

/** What a sentence may be filled with. */
export type Values = Record<string, string | number | Date | boolean | null | undefined>;
export type Text<K extends string> = (key: K, values?: Values) => string;

/** A hook that speaks the sentences of the given keys only: a wrong key does not compile. */
export function textHook<K extends string>(): () => Text<K> {
  return function useText() {
    const intl = useIntl();
    return useCallback((key, values) => intl.formatMessage({ id: key }, values), [intl]);
  };
}
