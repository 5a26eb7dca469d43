import { PageHeader, Stale, UrlTabs } from '@ampline/ui';
import { SERVICES } from '../../app/services.js';
import { useText } from '../../messages.js';
import { DriftList } from './drift-list.js';
import { TemplateList } from './template-list.js';

/** What the settings of stations are to be, and where they are something else. */
export function ConfigurationPage() {
  const text = useText();
  return (
    <>
      <PageHeader title={text('templates.title')} subtitle={text('templates.subtitle')} />
      <Stale services={SERVICES.stations}>
        <UrlTabs
          label={text('templates.title')}
          tabs={[
            { value: 'templates', label: text('templates.tab.templates'), content: () => <TemplateList /> },
            { value: 'drift', label: text('templates.tab.drift'), content: () => <DriftList /> },
          ]}
        />
      </Stale>
    </>
  );
}
