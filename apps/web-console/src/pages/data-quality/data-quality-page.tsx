import { PageHeader, UrlTabs } from '@ampline/ui';
import { useText } from '../../messages.js';
import { FindingList } from './finding-list.js';
import { SiteScores } from './site-scores.js';

/** What is doubtful about the data of stations, and how good that of each site is. */
export function DataQualityPage() {
  const text = useText();
  return (
    <>
      <PageHeader title={text('dataQuality.title')} subtitle={text('dataQuality.hint')} />
      <UrlTabs
        label={text('dataQuality.title')}
        tabs={[
          { value: 'findings', label: text('dataQuality.findings'), content: () => <FindingList /> },
          { value: 'sites', label: text('dataQuality.sites'), content: () => <SiteScores /> },
        ]}
      />
    </>
  );
}
