import LockOutlined from '@mui/icons-material/LockOutlined';
import { EmptyState, PageHeader, RouterLink } from '@ampline/ui';
import { homeOf } from '../../app/home.js';
import { useViewer } from '../../app/viewer.js';
import { useText } from '../../messages.js';

/** In the place of a page that one may not see. */
export function DeniedPage() {
  const text = useText();
  const { roles, tenant } = useViewer();
  const home = homeOf(roles);
  return (
    <>
      <PageHeader title={text('denied.title')} />
      <EmptyState
        icon={<LockOutlined />}
        title={text('denied.text', { roles: roles.map((role) => text(`role.${role}`)).join(', ') || '–', tenant: tenant.name })}
        action={home !== undefined && <RouterLink to={home}>{text('denied.home')}</RouterLink>}
      />
    </>
  );
}
