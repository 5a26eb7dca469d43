import { PageHeader } from '@ampline/ui';
import { useText } from '../../messages.js';

export function SessionsPage() {
  const text = useText();
  return <PageHeader title={text('nav.sessions')} />;
}
