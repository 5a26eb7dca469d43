import { EmptyState, PageHeader, RouterLink } from '@ampline/ui';
import { useText } from '../../messages.js';

/** In the place of a page that does not exist. */
export function MissingPage() {
  const text = useText();
  return (
    <>
      <PageHeader title={text('missing.title')} />
      <EmptyState title={text('missing.text')} action={<RouterLink to="/">{text('missing.home')}</RouterLink>} />
    </>
  );
}
