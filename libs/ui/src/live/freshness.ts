/** A service as the API sees it. */
export interface ServiceState {
  name: string;
  state: 'UP' | 'DEGRADED' | 'DOWN';
  /** ISO 8601. */
  since: string;
}

/** The platform as this page knows it. */
export interface PlatformState {
  /** False while nothing live arrives at the API. */
  live: boolean;
  services: readonly ServiceState[];
  /** When the API said so. */
  at: string;
}

/** Whether what is shown is how things are; else since when it may not be, ms. */
export type Freshness = { fresh: true } | { fresh: false; asOf: number };

export interface Connection {
  connected: boolean;
  since: number;
}

/**
 * How fresh figures are that hang on some services.
 * @param platform undefined before the API has told anything
 */
export function freshnessOf(connection: Connection, platform: PlatformState | undefined, services: readonly string[]): Freshness {
  const lost = [
    ...(connection.connected ? [] : [connection.since]),
    ...(platform === undefined || platform.live ? [] : [Date.parse(platform.at)]),
    ...(platform?.services ?? [])
      .filter(({ name, state }) => state !== 'UP' && services.includes(name))
      .map(({ since }) => Date.parse(since)),
  ];
  return lost.length === 0 ? { fresh: true } : { fresh: false, asOf: Math.min(...lost) };
}
