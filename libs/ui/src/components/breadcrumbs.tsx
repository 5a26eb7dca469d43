import MuiBreadcrumbs from '@mui/material/Breadcrumbs';
import ChevronRight from '@mui/icons-material/ChevronRight';
import { useUiText } from '../messages/ui-messages.js';
import { RouterLink } from './router-link.js';

export interface Crumb {
  label: string;
  to: string;
}

/** Where a page is; nothing for a page at the top. */
export function Breadcrumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
  const text = useUiText();
  if (crumbs.length === 0) return null;
  return (
    <MuiBreadcrumbs
      aria-label={text('ui.breadcrumbs')}
      separator={<ChevronRight sx={{ fontSize: 16 }} />}
      sx={{ mb: 0.5, fontSize: '0.8125rem' }}
    >
      {crumbs.map(({ label, to }) => (
        <RouterLink key={to} to={to} sx={{ color: 'text.secondary' }}>
          {label}
        </RouterLink>
      ))}
    </MuiBreadcrumbs>
  );
}
