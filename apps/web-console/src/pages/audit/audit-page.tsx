import { PageHeader } from '@ampline/ui';
import { useText } from '../../messages.js';

export function AuditPage() {
  const text = useText();
  return <PageHeader title={text('nav.audit')} />;
}
