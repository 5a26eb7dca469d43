import { useQuery } from '@apollo/client/react';
import { useLive } from '@ampline/ui';
import { useEffect, useMemo, useState } from 'react';
import { SessionReadingDocument, SessionReadingsDocument } from '../../generated/graphql.js';
import { joined, type Reading } from '../../parts/readings.js';

/** A session of some days with a reading each ten seconds. */
const MOST = 25_000;

export interface Readings {
  /** Undefined before anything is known; null when they cannot be had at the moment. */
  readings: readonly Reading[] | null | undefined;
  error: Error | undefined;
  reload: () => void;
}

/** All readings of a session: the stored ones page by page, those of a running session as they come. */
export function useReadings(id: string, running: boolean): Readings {
  const { data, error, fetchMore, refetch } = useQuery(SessionReadingsDocument, { variables: { id } });
  const [came, setCame] = useState<readonly Reading[]>([]);
  const page = data?.session?.readings;
  const after = page?.pageInfo.hasNextPage === true && page.nodes.length < MOST ? page.pageInfo.endCursor : undefined;
  useEffect(() => {
    if (after) void fetchMore({ variables: { after } }).catch(() => undefined);
  }, [after, fetchMore]);
  useLive(SessionReadingDocument, {
    variables: { id },
    skip: !running,
    onData: ({ sessionReading: reading }) => {
      if (reading.__typename === 'Reading') setCame((before) => [...before, reading]);
    },
  });
  const readings = useMemo(() => page && joined(page.nodes, came), [came, page]);
  return { readings: data === undefined ? undefined : (readings ?? null), error, reload: () => void refetch().catch(() => undefined) };
}
