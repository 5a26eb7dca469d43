import Bolt from '@mui/icons-material/BoltOutlined';
import CreditCard from '@mui/icons-material/CreditCardOutlined';
import Dashboard from '@mui/icons-material/SpaceDashboardOutlined';
import EventAvailable from '@mui/icons-material/EventAvailableOutlined';
import EvStation from '@mui/icons-material/EvStationOutlined';
import Extension from '@mui/icons-material/ExtensionOutlined';
import FactCheck from '@mui/icons-material/FactCheckOutlined';
import SystemUpdate from '@mui/icons-material/SystemUpdateAltOutlined';
import Group from '@mui/icons-material/GroupOutlined';
import HowToReg from '@mui/icons-material/HowToRegOutlined';
import History from '@mui/icons-material/HistoryOutlined';
import Place from '@mui/icons-material/PlaceOutlined';
import Security from '@mui/icons-material/SecurityOutlined';
import PlaylistPlay from '@mui/icons-material/PlaylistPlay';
import UploadFile from '@mui/icons-material/UploadFileOutlined';
import Verified from '@mui/icons-material/VerifiedOutlined';
import Settings from '@mui/icons-material/SettingsOutlined';
import Tune from '@mui/icons-material/TuneOutlined';
import type { SvgIconComponent } from '@mui/icons-material';
import type { ComponentType } from 'react';
import { ADMINS, AUDITORS, OPERATORS, OWNERS, PEOPLE_READERS, STAFF } from './app/roles.js';
import type { Role } from './generated/graphql.js';
import type { ConsoleKey } from './messages.js';

/** One page: where it is, who may see it, and its place in the navigation. */
export interface Page {
  /** Below `/console`. */
  path: string;
  roles: readonly Role[];
  /** Loaded when somebody goes there. */
  page: () => Promise<ComponentType>;
  /** Absent for pages that others lead to. */
  nav?: { label: ConsoleKey; icon: SvgIconComponent; group: keyof typeof NAV_GROUPS };
}

/** Groups of the navigation in their order. */
export const NAV_GROUPS = {
  top: undefined,
  operation: 'nav.group.operation',
  devices: 'nav.group.devices',
  people: 'nav.group.people',
  administration: 'nav.group.administration',
} as const satisfies Record<string, ConsoleKey | undefined>;

/** All pages of the console. */
export const PAGES: readonly Page[] = [
  {
    path: '/',
    roles: STAFF,
    page: async () => (await import('./pages/overview/overview-page.js')).OverviewPage,
    nav: { label: 'nav.overview', icon: Dashboard, group: 'top' },
  },
  {
    path: '/stations',
    roles: STAFF,
    page: async () => (await import('./pages/stations/stations-page.js')).StationsPage,
    nav: { label: 'nav.stations', icon: EvStation, group: 'operation' },
  },
  {
    path: '/stations/:stationId',
    roles: STAFF,
    page: async () => (await import('./pages/stations/station-page.js')).StationPage,
  },
  {
    path: '/commands',
    roles: STAFF,
    page: async () => (await import('./pages/commands/command-runs-page.js')).CommandRunsPage,
    nav: { label: 'nav.commands', icon: PlaylistPlay, group: 'devices' },
  },
  {
    path: '/commands/new',
    roles: OPERATORS,
    page: async () => (await import('./pages/commands/new-run-page.js')).NewRunPage,
  },
  {
    path: '/commands/:runId',
    roles: STAFF,
    page: async () => (await import('./pages/commands/command-run-page.js')).CommandRunPage,
  },
  {
    path: '/sites',
    roles: STAFF,
    page: async () => (await import('./pages/sites/sites-page.js')).SitesPage,
    nav: { label: 'nav.sites', icon: Place, group: 'operation' },
  },
  {
    path: '/sites/:siteId',
    roles: STAFF,
    page: async () => (await import('./pages/sites/site-page.js')).SitePage,
  },
  {
    path: '/onboarding',
    roles: STAFF,
    page: async () => (await import('./pages/onboarding/onboarding-page.js')).OnboardingPage,
    nav: { label: 'nav.onboarding', icon: HowToReg, group: 'devices' },
  },
  {
    path: '/configuration',
    roles: STAFF,
    page: async () => (await import('./pages/configuration/configuration-page.js')).ConfigurationPage,
    nav: { label: 'nav.configuration', icon: Tune, group: 'devices' },
  },
  {
    path: '/quirks',
    roles: STAFF,
    page: async () => (await import('./pages/quirks/quirks-page.js')).QuirksPage,
    nav: { label: 'nav.quirks', icon: Extension, group: 'devices' },
  },
  {
    path: '/sessions',
    roles: [...STAFF, ...OWNERS],
    page: async () => (await import('./pages/sessions/sessions-page.js')).SessionsPage,
    nav: { label: 'nav.sessions', icon: Bolt, group: 'operation' },
  },
  {
    path: '/sessions/:sessionId',
    roles: [...STAFF, ...OWNERS],
    page: async () => (await import('./pages/sessions/session-page.js')).SessionPage,
  },
  {
    path: '/reservations',
    roles: STAFF,
    page: async () => (await import('./pages/reservations/reservations-page.js')).ReservationsPage,
    nav: { label: 'nav.reservations', icon: EventAvailable, group: 'operation' },
  },
  {
    path: '/issues',
    roles: STAFF,
    page: async () => (await import('./pages/issues/issues-page.js')).IssuesPage,
    nav: { label: 'nav.issues', icon: FactCheck, group: 'operation' },
  },
  {
    path: '/issues/:issueId',
    roles: STAFF,
    page: async () => (await import('./pages/issues/issue-page.js')).IssuePage,
  },
  {
    path: '/firmware',
    roles: STAFF,
    page: async () => (await import('./pages/firmware/firmware-page.js')).FirmwarePage,
    nav: { label: 'nav.firmware', icon: SystemUpdate, group: 'devices' },
  },
  {
    path: '/firmware/:campaignId',
    roles: STAFF,
    page: async () => (await import('./pages/firmware/campaign-page.js')).CampaignPage,
  },
  {
    path: '/security',
    roles: STAFF,
    page: async () => (await import('./pages/security/security-page.js')).SecurityPage,
    nav: { label: 'nav.security', icon: Security, group: 'devices' },
  },
  {
    path: '/data-quality',
    roles: STAFF,
    page: async () => (await import('./pages/data-quality/data-quality-page.js')).DataQualityPage,
    nav: { label: 'nav.dataQuality', icon: Verified, group: 'operation' },
  },
  {
    path: '/import',
    roles: OPERATORS,
    page: async () => (await import('./pages/import/imports-page.js')).ImportsPage,
    nav: { label: 'nav.import', icon: UploadFile, group: 'devices' },
  },
  {
    path: '/import/:importId',
    roles: OPERATORS,
    page: async () => (await import('./pages/import/import-page.js')).ImportPage,
  },
  {
    path: '/id-tokens',
    roles: [...PEOPLE_READERS, ...OWNERS],
    page: async () => (await import('./pages/id-tokens/id-tokens-page.js')).IdTokensPage,
    nav: { label: 'nav.idTokens', icon: CreditCard, group: 'people' },
  },
  {
    path: '/users',
    roles: PEOPLE_READERS,
    page: async () => (await import('./pages/users/users-page.js')).UsersPage,
    nav: { label: 'nav.users', icon: Group, group: 'people' },
  },
  {
    path: '/audit',
    roles: AUDITORS,
    page: async () => (await import('./pages/audit/audit-page.js')).AuditPage,
    nav: { label: 'nav.audit', icon: History, group: 'administration' },
  },
  {
    path: '/settings',
    roles: ADMINS,
    page: async () => (await import('./pages/settings/settings-page.js')).SettingsPage,
    nav: { label: 'nav.settings', icon: Settings, group: 'administration' },
  },
];

/** Pages that nobody has to be logged in for. */
export const PUBLIC_PAGES: readonly Pick<Page, 'path' | 'page'>[] = [
  { path: '/invitation', page: async () => (await import('./pages/invitation/invitation-page.js')).InvitationPage },
  { path: '/guest/:sessionId', page: async () => (await import('./pages/guest/guest-page.js')).GuestPage },
];
