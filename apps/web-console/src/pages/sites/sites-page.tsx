import { PageHeader } from '@ampline/ui';
import { useText } from '../../messages.js';

export function SitesPage() {
  const text = useText();
  return <PageHeader title={text('nav.sites')} />;
}
