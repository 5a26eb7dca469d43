import { useQuery } from '@apollo/client/react';
import { AppShell, ErrorState, LiveProvider, useLive, useSession, type LiveSocket, type PlatformState } from '@ampline/ui';
import { createContext, useContext, useState } from 'react';
import { Outlet, ScrollRestoration } from 'react-router';
import {
  IssueCountChangedDocument,
  OpenIssuesDocument,
  PlatformStatusChangedDocument,
  ViewerDocument,
  type Role,
} from '../generated/graphql.js';
import { useText } from '../messages.js';
import { LoginPage } from '../pages/failures/login-page.js';
import { NAV_GROUPS, PAGES } from '../routes.js';
import { useBrand } from './brand.js';
import { STAFF } from './roles.js';
import { useViewer, ViewerProvider } from './viewer.js';

export const SocketContext = createContext<LiveSocket | null>(null);

/** Around every page: the log-in until there is one, then navigation and what is live. */
export function ConsoleFrame() {
  const { now } = useSession();
  if (now.is === 'loading') return null;
  return now.is === 'out' ? <LoginPage /> : <LoggedIn />;
}

function LoggedIn() {
  const { data, error, refetch } = useQuery(ViewerDocument);
  if (data !== undefined) {
    return (
      <ViewerProvider viewer={data.viewer}>
        <Framed />
      </ViewerProvider>
    );
  }
  return error === undefined ? null : <ErrorState error={error} onRetry={() => void refetch().catch(() => undefined)} />;
}

function Framed() {
  const text = useText();
  const brand = useBrand();
  const session = useSession();
  const viewer = useViewer();
  const socket = useContext(SocketContext);
  const [platform, setPlatform] = useState<PlatformState>();
  const openIssues = useOpenIssues(viewer.may(...STAFF));
  useLive(PlatformStatusChangedDocument, { onData: ({ platformStatusChanged }) => setPlatform(platformStatusChanged) });
  if (socket === null) throw new Error('ConsoleFrame outside of SocketContext');

  const shown = PAGES.filter(({ roles }) => viewer.may(...roles));
  const groups = Object.entries(NAV_GROUPS).map(([group, label]) => ({
    ...(label !== undefined && { label: text(label) }),
    items: shown.flatMap(({ path, nav }) =>
      nav?.group === group
        ? [{ to: path, label: text(nav.label), icon: nav.icon, count: path === '/issues' ? openIssues : undefined }]
        : [],
    ),
  }));
  const lines = [viewer.email ?? '', viewer.roles.map((role: Role) => text(`role.${role}`)).join(', ')].filter(Boolean);
  return (
    <LiveProvider socket={socket} platform={platform}>
      <AppShell
        brand={{ name: brand.name, logoUrl: brand.logoUrl ?? null }}
        tenant={viewer.tenant.name}
        groups={groups.filter(({ items }) => items.length > 0)}
        user={{ name: viewer.name, lines }}
        onLogOut={() => void session.logOut()}
      >
        <Outlet />
      </AppShell>
      <ScrollRestoration />
    </LiveProvider>
  );
}

/** How many intake issues are open, live. */
function useOpenIssues(allowed: boolean): number | undefined {
  const { data, refetch } = useQuery(OpenIssuesDocument, { skip: !allowed });
  useLive(IssueCountChangedDocument, { skip: !allowed, onData: () => void refetch().catch(() => undefined) });
  return data?.intakeIssueCounts.reduce((sum, { open }) => sum + open, 0);
}
