import { useCallback } from 'react';
import { useText } from '../../messages.js';

const REASONS = [
  ...(['station-offline', 'not-answered', 'command-refused', 'not-supported', 'certificate-refused', 'download-failed'] as const),
  ...(['download-timeout', 'signature-invalid', 'installation-failed', 'install-timeout', 'version-differs', 'version-not-told'] as const),
  ...(['no-boot', 'campaign-aborted', 'never-online', 'never-free', 'never-begun'] as const),
];

/** Why an update stands where it stands, in words; what a newer service says is told as it is. */
export function useReasonText(): (reason: string | null) => string {
  const text = useText();
  return useCallback(
    (reason) => {
      const known = REASONS.find((one) => one === reason);
      return known === undefined ? (reason ?? '–') : text(`firmware.reason.${known}`);
    },
    [text],
  );
}
