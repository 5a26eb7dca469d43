import type { ReactNode } from 'react';
import { Navigate, useLocation } from 'react-router';
import type { Role } from '../generated/graphql.js';
import { DeniedPage } from '../pages/failures/denied-page.js';
import { homeOf } from './home.js';
import { useViewer } from './viewer.js';

/** A page for some roles; whoever has none of them is told so, and led on from the first page. */
export function OnlyFor({ roles, children }: { roles: readonly Role[]; children: ReactNode }) {
  const viewer = useViewer();
  const { pathname } = useLocation();
  if (viewer.may(...roles)) return children;
  const home = homeOf(viewer.roles);
  return pathname === '/' && home !== undefined ? <Navigate to={home} replace /> : <DeniedPage />;
}
