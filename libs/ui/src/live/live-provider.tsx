import { createContext, useContext, useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { LiveSocket, SocketState } from '../data/socket.js';
import { freshnessOf, type Freshness, type PlatformState } from './freshness.js';

interface Live {
  connection: SocketState;
  platform: PlatformState | undefined;
}
const Context = createContext<Live>({ connection: { connected: true, since: 0 }, platform: undefined });

/** A connection that is back within this time was never lost to the eye, ms. */
const GRACE_MS = 1_000;
/** The first one may take so long before anybody is told that it lacks, ms. */
const FIRST_GRACE_MS = 5_000;

/** Tells everything below whether what it shows is live. */
export function LiveProvider({
  socket,
  platform,
  children,
}: {
  socket: LiveSocket;
  platform: PlatformState | undefined;
  children: ReactNode;
}) {
  const real = useSyncExternalStore(socket.subscribe, socket.state);
  const connection = useAfterGrace(real);
  return <Context value={{ connection, platform }}>{children}</Context>;
}

function useAfterGrace(real: SocketState): SocketState {
  const [shown, setShown] = useState<SocketState>({ connected: true, since: real.since });
  const wasConnected = useRef(false);
  useEffect(() => {
    wasConnected.current ||= real.connected;
    const graceMs = wasConnected.current ? GRACE_MS : FIRST_GRACE_MS;
    const timer = setTimeout(() => setShown(real), real.connected ? 0 : graceMs);
    return () => clearTimeout(timer);
  }, [real]);
  return shown;
}

/** The live connection and the platform behind it. */
export function usePlatform(): Live {
  return useContext(Context);
}

/** How fresh something is that hangs on these services. */
export function useFreshness(services: readonly string[]): Freshness {
  const { connection, platform } = useContext(Context);
  return freshnessOf(connection, platform, services);
}
