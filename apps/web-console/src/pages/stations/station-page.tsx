import { PageHeader } from '@ampline/ui';
import { useText } from '../../messages.js';

export function StationPage() {
  const text = useText();
  return <PageHeader title={text('nav.stations')} />;
}
