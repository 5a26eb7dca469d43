import { useMemo } from 'react';
import { useLocale } from '../i18n/locale-provider.js';
import { formatsOf, type Format } from './format.js';

/** Figures in the language of the page: British order of dates for English. */
export function useFormat(): Format {
  const { locale } = useLocale();
  return useMemo(() => formatsOf(locale === 'en' ? 'en-GB' : locale), [locale]);
}
