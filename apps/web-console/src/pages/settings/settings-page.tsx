import { PageHeader, UrlTabs } from '@ampline/ui';
import { useText } from '../../messages.js';
import { BrandTab } from './brand-tab.js';
import { FeaturesTab } from './features-tab.js';
import { LocalListPoliciesTab } from '../local-lists/policies-tab.js';
import { PlatformTab } from './platform-tab.js';
import { RetentionTab } from './retention-tab.js';

/** How the product looks and what of it is on. */
export function SettingsPage() {
  const text = useText();
  return (
    <>
      <PageHeader title={text('settings.title')} />
      <UrlTabs
        label={text('settings.title')}
        tabs={[
          { value: 'brand', label: text('settings.tab.brand'), content: () => <BrandTab /> },
          { value: 'features', label: text('settings.tab.features'), content: () => <FeaturesTab /> },
          { value: 'local-lists', label: text('localList.policies'), content: () => <LocalListPoliciesTab /> },
          { value: 'retention', label: text('settings.tab.retention'), content: () => <RetentionTab /> },
          { value: 'platform', label: text('settings.tab.platform'), content: () => <PlatformTab /> },
        ]}
      />
    </>
  );
}
