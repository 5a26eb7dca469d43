import { PageHeader, Stale, UrlTabs } from '@ampline/ui';
import type { ReactNode } from 'react';
import { SERVICES } from '../../app/services.js';
import { useText } from '../../messages.js';
import { AuthorityList } from './authority-list.js';
import { CertificateList } from './certificate-list.js';
import { ChangeList } from './change-list.js';
import { EventList } from './event-list.js';
import { RefusedList } from './refused-list.js';
import { RequestList } from './request-list.js';

/** How stations prove who they are: who was refused, certificates, keys, and what stations tell of their security. */
export function SecurityPage() {
  const text = useText();
  return (
    <>
      <PageHeader title={text('security.title')} subtitle={text('security.hint')} />
      <UrlTabs
        label={text('security.title')}
        tabs={[
          { value: 'refused', label: text('security.tab.refused'), content: () => ofStations(<RefusedList />) },
          { value: 'certificates', label: text('security.tab.certificates'), content: () => ofStations(<CertificateList />) },
          { value: 'requests', label: text('security.tab.requests'), content: () => ofStations(<RequestList />) },
          { value: 'authorities', label: text('security.tab.authorities'), content: () => ofStations(<AuthorityList />) },
          { value: 'changes', label: text('security.tab.changes'), content: () => ofStations(<ChangeList />) },
          { value: 'events', label: text('security.tab.events'), content: () => ofStations(<EventList />) },
        ]}
      />
    </>
  );
}

function ofStations(content: ReactNode) {
  return <Stale services={SERVICES.stations}>{content}</Stale>;
}
