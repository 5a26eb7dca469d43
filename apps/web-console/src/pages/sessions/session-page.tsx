import { PageHeader } from '@ampline/ui';
import { useText } from '../../messages.js';

export function SessionPage() {
  const text = useText();
  return <PageHeader title={text('nav.sessions')} />;
}
