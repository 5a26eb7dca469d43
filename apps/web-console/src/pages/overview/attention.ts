import type { AttentionStationsFragment, OverviewAttentionQuery } from '../../generated/graphql.js';

type Station = AttentionStationsFragment['nodes'][number];

/** A station that somebody should look at, and why. */
export interface Attention {
  station: Station;
  because: 'faulted' | 'offline' | 'pending';
  /** ISO 8601; null when it is not known. */
  since: string | null;
  /** OCPP error code of the faulted connector. */
  errorCode?: string;
}

/** Whoever needs somebody first: faults before lost connections before those that wait to be admitted, each newest first. */
export function attentionOf({ faulted, offline, pending }: OverviewAttentionQuery, most: number): Attention[] {
  const found = new Map<string, Attention>();
  const add = (attention: Attention) => found.has(attention.station.id) || found.set(attention.station.id, attention);
  for (const station of faulted.nodes) {
    const fault = station.evses.flatMap(({ connectors }) => connectors).find(({ status }) => status === 'FAULTED');
    // The list is as old as the last answer, its stations are as new as the last event.
    if (station.online && fault !== undefined)
      add({ station, because: 'faulted', since: fault.statusAt ?? null, errorCode: fault.errorCode });
  }
  for (const station of offline.nodes) {
    if (!station.online) add({ station, because: 'offline', since: station.onlineChangedAt ?? null });
  }
  for (const station of pending.nodes) {
    if (station.registration === 'PENDING') add({ station, because: 'pending', since: null });
  }
  const rank = { faulted: 0, offline: 1, pending: 2 };
  return [...found.values()]
    .sort((a, b) => rank[a.because] - rank[b.because] || (b.since ?? '').localeCompare(a.since ?? ''))
    .slice(0, most);
}
