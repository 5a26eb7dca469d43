import { useLive } from '@ampline/ui';
import { useCallback, useEffect, useState } from 'react';
import { StationMessageLoggedDocument, type MessageFilter, type StationMessageFragment } from '../../../generated/graphql.js';
import { passes } from './message-filter.js';
import { emptyTail, released, withMessage, type Tail } from './tail.js';

/**
 * Messages as they are archived.
 * @param hold holds back what comes, until it is false again or `release` is called
 */
export function useTail(stationId: string, filter: MessageFilter, hold: boolean): Tail<StationMessageFragment> & { release: () => void } {
  const [tail, setTail] = useState<Tail<StationMessageFragment>>(emptyTail);
  useEffect(() => setTail(emptyTail), [stationId, filter]);
  useEffect(() => {
    if (!hold) setTail(released);
  }, [hold]);
  useLive(StationMessageLoggedDocument, {
    variables: { stationId },
    onData: ({ messageLogged: message }) => {
      if (message.__typename === 'OcppMessage' && passes(message, filter)) setTail((before) => withMessage(before, message, hold));
    },
  });
  const release = useCallback(() => setTail(released), []);
  return { ...tail, release };
}
