import { PageHeader } from '@ampline/ui';
import { useText } from '../../messages.js';

export function StationsPage() {
  const text = useText();
  return <PageHeader title={text('nav.stations')} />;
}
