import { createContext, useContext, useSyncExternalStore, type ReactNode } from 'react';
import type { Session, SessionState } from './session.js';

const Current = createContext<Session | null>(null);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <Current value={session}>{children}</Current>;
}

/** The person's log-in, and whether there is one at present. */
export function useSession(): Session & { now: SessionState } {
  const session = useContext(Current);
  if (session === null) throw new Error('useSession outside of SessionProvider');
  return { ...session, now: useSyncExternalStore(session.subscribe, session.state) };
}
