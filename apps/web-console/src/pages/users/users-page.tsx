import { PageHeader } from '@ampline/ui';
import { useText } from '../../messages.js';

export function UsersPage() {
  const text = useText();
  return <PageHeader title={text('nav.users')} />;
}
