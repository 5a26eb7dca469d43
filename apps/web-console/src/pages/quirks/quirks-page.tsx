import { PageHeader, Stale, UrlTabs } from '@ampline/ui';
import { SERVICES } from '../../app/services.js';
import { useText } from '../../messages.js';
import { MakeList } from './make-list.js';
import { QuirkList } from './quirk-list.js';

/** What stations do otherwise than OCPP says: by make, and by quirk. */
export function QuirksPage() {
  const text = useText();
  return (
    <>
      <PageHeader title={text('quirks.title')} subtitle={text('quirks.subtitle')} />
      <Stale services={SERVICES.stations}>
        <UrlTabs
          label={text('quirks.title')}
          tabs={[
            { value: 'makes', label: text('quirks.tab.makes'), content: () => <MakeList /> },
            { value: 'quirks', label: text('quirks.tab.quirks'), content: () => <QuirkList /> },
          ]}
        />
      </Stale>
    </>
  );
}
