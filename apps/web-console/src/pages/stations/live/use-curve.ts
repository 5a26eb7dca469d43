import { useLive, usePages } from '@ampline/ui';
import { useEffect, useMemo, useState } from 'react';
import { StationReadingsDocument, StationSessionReadingDocument } from '../../../generated/graphql.js';
import { curveOf, type CurvePoint } from './curve.js';

/** All readings of a live session, growing with each new one. */
export function useCurve(sessionId: string): readonly CurvePoint[] {
  const variables = useMemo(() => ({ sessionId }), [sessionId]);
  const { rows, hasMore, loadMore } = usePages(StationReadingsDocument, variables, ({ session }) => session?.readings);
  const [came, setCame] = useState<readonly CurvePoint[]>([]);
  useLive(StationSessionReadingDocument, {
    variables,
    onData: ({ sessionReading: reading }) => reading.__typename === 'Reading' && setCame((before) => [...before, reading]),
  });
  useEffect(() => {
    if (hasMore) loadMore();
  }, [hasMore, loadMore]);
  return useMemo(() => curveOf(rows, came), [rows, came]);
}
