import { PageHeader } from '@ampline/ui';
import { useText } from '../../messages.js';

export function SettingsPage() {
  const text = useText();
  return <PageHeader title={text('nav.settings')} />;
}
