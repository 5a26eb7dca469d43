import { useMemo } from 'react';
import type { QuirkEntryRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

/** A make of the catalogue in words. */
export function useMakeText() {
  const text = useText();
  return useMemo(
    () => ({
      nameOf: ({ vendor, model }: QuirkEntryRowFragment): string =>
        vendor === null ? `${model} (${text('quirks.noVendor')})` : `${vendor} ${model === '*' ? '' : model}`.trim(),
      firmwareOf: ({ firmwareFrom, firmwareBefore }: QuirkEntryRowFragment): string => {
        const from = firmwareFrom === null ? [] : [text('quirks.firmwareFrom', { version: firmwareFrom })];
        const before = firmwareBefore === null ? [] : [text('quirks.firmwareBefore', { version: firmwareBefore })];
        return [...from, ...before].join(' ') || text('quirks.anyFirmware');
      },
    }),
    [text],
  );
}
