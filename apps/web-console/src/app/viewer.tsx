import { createContext, useContext, useMemo, type ReactNode } from 'react';
import type { Role, ViewerQuery } from '../generated/graphql.js';

type Viewer = ViewerQuery['viewer'];
const Context = createContext<Viewer | null>(null);

export function ViewerProvider({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  return <Context value={viewer}>{children}</Context>;
}

/** Who looks at the page, and whether one of their roles is among some: `may('OPERATOR', 'TENANT_ADMIN')`. */
export function useViewer(): Viewer & { may: (...roles: readonly Role[]) => boolean } {
  const viewer = useContext(Context);
  if (viewer === null) throw new Error('useViewer outside of ViewerProvider');
  return useMemo(() => ({ ...viewer, may: (...roles) => roles.some((role) => viewer.roles.includes(role)) }), [viewer]);
}
