import { PageHeader, Stale, UrlTabs } from '@ampline/ui';
import type { ReactNode } from 'react';
import { ADMINS } from '../../app/roles.js';
import { SERVICES } from '../../app/services.js';
import { useViewer } from '../../app/viewer.js';
import { useText } from '../../messages.js';
import { ApiKeyList } from './api-key-list.js';
import { DriverList } from './driver-list.js';
import { GuestLinkList } from './guest-link-list.js';
import { OrganisationList } from './organisation-list.js';
import { UserList } from './user-list.js';

/** Who may do what: people, those they belong to, and keys of other systems. */
export function UsersPage() {
  const text = useText();
  const admin = useViewer().may(...ADMINS);
  return (
    <>
      <PageHeader title={text('users.title')} />
      <UrlTabs
        label={text('users.title')}
        tabs={[
          { value: 'users', label: text('users.tab.users'), content: () => inPeople(<UserList />) },
          { value: 'drivers', label: text('users.tab.drivers'), content: () => inPeople(<DriverList />) },
          { value: 'organisations', label: text('users.tab.organisations'), content: () => inPeople(<OrganisationList />) },
          ...(admin ? [{ value: 'keys', label: text('users.tab.keys'), content: () => inPeople(<ApiKeyList />) }] : []),
          { value: 'guests', label: text('users.tab.guests'), content: () => inPeople(<GuestLinkList />) },
        ]}
      />
    </>
  );
}

function inPeople(content: ReactNode) {
  return <Stale services={SERVICES.people}>{content}</Stale>;
}
