import { PageHeader } from '@ampline/ui';
import { useText } from '../../messages.js';

export function IssuePage() {
  const text = useText();
  return <PageHeader title={text('nav.issues')} />;
}
