import { useCallback } from 'react';
import { useText, type ConsoleKey } from '../../messages.js';
import { reservationsMessages } from './reservations-messages.js';

/** Says why a reservation was refused or broken; the code for a reason that only a station or a newer platform knows. */
export function useReasonText(): (reason: string) => string {
  const text = useText();
  return useCallback(
    (reason) => {
      const key = `reservation.reason.${reason}`;
      return key in reservationsMessages.en ? text(key as ConsoleKey) : reason;
    },
    [text],
  );
}
