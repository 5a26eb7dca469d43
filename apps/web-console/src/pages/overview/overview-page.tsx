import { PageHeader } from '@ampline/ui';
import { useText } from '../../messages.js';

export function OverviewPage() {
  const text = useText();
  return <PageHeader title={text('nav.overview')} />;
}
