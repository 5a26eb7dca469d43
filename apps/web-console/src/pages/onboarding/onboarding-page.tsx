import { PageHeader, Stale, UrlTabs } from '@ampline/ui';
import { SERVICES } from '../../app/services.js';
import { useText } from '../../messages.js';
import { PolicySection } from './policy-section.js';
import { TokenList } from './token-list.js';
import { UnknownList } from './unknown-list.js';
import { WaitingList } from './waiting-list.js';

/** Stations that come by themselves: who waits, who was refused, and what happens to the next. */
export function OnboardingPage() {
  const text = useText();
  return (
    <>
      <PageHeader title={text('onboarding.title')} subtitle={text('onboarding.subtitle')} />
      <PolicySection />
      <Stale services={SERVICES.stations}>
        <UrlTabs
          label={text('onboarding.title')}
          tabs={[
            { value: 'waiting', label: text('onboarding.tab.waiting'), content: () => <WaitingList /> },
            { value: 'unknown', label: text('onboarding.tab.unknown'), content: () => <UnknownList /> },
            { value: 'tokens', label: text('onboarding.tab.tokens'), content: () => <TokenList /> },
          ]}
        />
      </Stale>
    </>
  );
}
