import { useLocale } from '@ampline/ui';
import { useCallback } from 'react';

/** Says readings of a meter to the Wh, however large: `1,247.335 kWh`. */
export function useRegister(): (wh: number | null | undefined) => string {
  const { locale } = useLocale();
  return useCallback(
    (wh) => {
      if (wh === null || wh === undefined) return '–';
      const kwh = new Intl.NumberFormat(locale === 'en' ? 'en-GB' : locale, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
      return `${kwh.format(wh / 1_000)} kWh`;
    },
    [locale],
  );
}
