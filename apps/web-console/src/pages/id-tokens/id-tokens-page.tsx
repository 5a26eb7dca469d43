import { PageHeader } from '@ampline/ui';
import { useText } from '../../messages.js';

export function IdTokensPage() {
  const text = useText();
  return <PageHeader title={text('nav.idTokens')} />;
}
