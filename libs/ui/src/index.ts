export { AMPLINE_LOOK, shades, SURFACES, type BrandLook } from './theme/brand-colours.js';
export { BrandProvider } from './theme/brand-provider.js';
export { verdictOf, type ContrastVerdict } from './theme/contrast-verdict.js';
export type { Tone } from './theme/status-colours.js';
export { MONO } from './theme/theme.js';

export { catalogue, LOCALES, sentences, type KeyOf, type Locale } from './i18n/catalogue.js';
export { LocaleProvider, textHook, useLocale, type Text } from './i18n/locale-provider.js';
export { uiMessages, useUiText, type UiKey } from './messages/ui-messages.js';
export type { Format } from './format/format.js';
export { useFormat } from './format/use-format.js';

export { createSession, type Session, type SessionConfig, type SessionState } from './session/session.js';
export { SessionProvider, useSession } from './session/session-provider.js';

export { createData, resync } from './data/client.js';
export { failureOf, isMissing, type Failure } from './data/errors.js';
export { keysetPages, type Connection } from './data/pages.js';
export { createSocket, type LiveSocket } from './data/socket.js';
export { useLive } from './data/use-live.js';
export { usePages, type Pages } from './data/use-pages.js';

export type { Freshness, PlatformState } from './live/freshness.js';
export { LiveProvider, useFreshness } from './live/live-provider.js';
export { Stale } from './live/stale.js';

export { AppShell } from './shell/app-shell.js';
export type { NavGroup, NavItem } from './shell/navigation.js';
export { LanguageMenu, SchemeMenu } from './shell/preferences-menu.js';
export { BrandMark } from './shell/side-nav.js';

export { ShareBar, type Share } from './components/chart/share-bar.js';
export { TimeChart, type TimePoint } from './components/chart/time-chart.js';
export { ConfirmDialog } from './components/confirm-dialog.js';
export { CopyButton } from './components/copy-button.js';
export { DetailDrawer } from './components/detail-drawer.js';
export { FilterBar, SearchField, SelectFilter } from './components/filter-bar.js';
export { FormDialog } from './components/form-dialog.js';
export { FormCheckbox, FormSelect, FormText } from './components/form-fields.js';
export { FrameView } from './components/frame-view.js';
export { CodeBlock, JsonView } from './components/json-view.js';
export { KeyValues } from './components/key-values.js';
export { Mono } from './components/mono.js';
export { PageHeader } from './components/page-header.js';
export { RouterLink } from './components/router-link.js';
export { Section } from './components/section.js';
export { StatTile } from './components/stat-tile.js';
export { EmptyState, ErrorState, Unavailable } from './components/states.js';
export { StatusChip, StatusIcon, toneOf, type Status } from './components/status-chip.js';
export type { Column } from './components/table/columns.js';
export { DataTable, wholeList } from './components/table/data-table.js';
export { TimeAgo } from './components/time-ago.js';
export { ToastProvider, useToasts } from './components/toasts.js';
export { useUrlFilters } from './components/url-state.js';
export { UrlTabs } from './components/url-tabs.js';
export { useFailureText } from './components/use-failure-text.js';
export { useTyped } from './components/use-typed.js';
export { useSubmission } from './components/use-submission.js';
export { useNow } from './components/use-now.js';
export { useThrottled } from './components/use-throttled.js';
