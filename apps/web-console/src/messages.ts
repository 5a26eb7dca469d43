import { textHook, uiMessages, type KeyOf } from '@ampline/ui';
import { consoleMessages } from './app/console-messages.js';
import { auditMessages } from './pages/audit/audit-messages.js';
import { firmwareMessages } from './pages/firmware/firmware-messages.js';
import { templatesMessages } from './pages/configuration/templates-messages.js';
import { idTokensMessages } from './pages/id-tokens/id-tokens-messages.js';
import { dataQualityMessages } from './pages/data-quality/data-quality-messages.js';
import { importMessages } from './pages/import/import-messages.js';
import { publicMessages } from './pages/invitation/public-messages.js';
import { issuesMessages } from './pages/issues/issues-messages.js';
import { reasonsMessages } from './pages/issues/reasons-messages.js';
import { localListsMessages } from './pages/local-lists/local-lists-messages.js';
import { onboardingMessages } from './pages/onboarding/onboarding-messages.js';
import { overviewMessages } from './pages/overview/overview-messages.js';
import { securityMessages } from './pages/security/security-messages.js';
import { quirksMessages } from './pages/quirks/quirks-messages.js';
import { reservationsMessages } from './pages/reservations/reservations-messages.js';
import { sessionsMessages } from './pages/sessions/sessions-messages.js';
import { signedValuesMessages } from './pages/sessions/signed-values-messages.js';
import { settingsMessages } from './pages/settings/settings-messages.js';
import { sitesMessages } from './pages/sites/sites-messages.js';
import { connectorMessages } from './pages/stations/connector-messages.js';
import { filesMessages } from './pages/stations/files/files-messages.js';
import { routingMessages } from './pages/stations/routing/routing-messages.js';
import { stationMessages } from './pages/stations/station-messages.js';
import { stationsMessages } from './pages/stations/stations-messages.js';
import { usersMessages } from './pages/users/users-messages.js';
import { commandRunsMessages } from './pages/commands/command-runs-messages.js';
import { payloadMessages } from './parts/payload/payload-messages.js';
import { partsMessages } from './parts/parts-messages.js';

/** Sentences of every page: one catalogue beside each page, named here. */
const PARTS = [
  consoleMessages,
  partsMessages,
  payloadMessages,
  commandRunsMessages,
  overviewMessages,
  sitesMessages,
  connectorMessages,
  stationsMessages,
  stationMessages,
  filesMessages,
  firmwareMessages,
  routingMessages,
  onboardingMessages,
  templatesMessages,
  quirksMessages,
  sessionsMessages,
  signedValuesMessages,
  reasonsMessages,
  issuesMessages,
  reservationsMessages,
  localListsMessages,
  idTokensMessages,
  usersMessages,
  auditMessages,
  settingsMessages,
  securityMessages,
  publicMessages,
  importMessages,
  dataQualityMessages,
] as const;

export const CATALOGUES = [uiMessages, ...PARTS];
export type ConsoleKey = KeyOf<(typeof PARTS)[number]>;

/** Speaks the sentences of the console: `const text = useText(); text('nav.stations')`. */
export const useText = textHook<ConsoleKey>();
