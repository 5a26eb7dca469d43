import { useCallback } from 'react';
import { useText } from '../../../messages.js';

const REASONS = ['status-told', 'command-refused', 'station-offline', 'not-answered', 'no-file', 'expired'] as const;

/** Why a file has not arrived, or else what the station reported last. */
export function useFileReasonText(): (reason: string | null, toldStatus: string | null) => string {
  const text = useText();
  return useCallback(
    (reason, toldStatus) => {
      const known = REASONS.find((one) => one === reason);
      return known === undefined ? (reason ?? toldStatus ?? '–') : text(`files.reason.${known}`);
    },
    [text],
  );
}
