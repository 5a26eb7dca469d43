import { useLive, usePages } from '@ampline/ui';
import { useEffect, useMemo, useState } from 'react';
import { StationReadingsDocument, StationSessionReadingDocument } from '../../../generated/graphql.js';
import { joined, type Reading } from '../../../parts/readings.js';

/** All readings of a live session, growing with each new one. */
export function useCurve(sessionId: string): readonly Reading[] {
  const variables = useMemo(() => ({ sessionId }), [sessionId]);
  const { rows, hasMore, loadMore } = usePages(StationReadingsDocument, variables, ({ session }) => session?.readings);
  const [came, setCame] = useState<readonly Reading[]>([]);
  useLive(StationSessionReadingDocument, {
    variables,
    onData: ({ sessionReading: reading }) => reading.__typename === 'Reading' && setCame((before) => [...before, reading]),
  });
  useEffect(() => {
    if (hasMore) loadMore();
  }, [hasMore, loadMore]);
  return useMemo(() => joined(rows, came), [rows, came]);
}
