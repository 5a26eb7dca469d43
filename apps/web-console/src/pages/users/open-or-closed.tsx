import { StatusChip } from '@ampline/ui';
import { useText } from '../../messages.js';

/** Whether something of people can still be used. */
export function OpenOrClosed({ closed }: { closed: boolean }) {
  const text = useText();
  return <StatusChip status={closed ? 'DISABLED' : 'ACTIVE'} label={text(closed ? 'people.closed' : 'people.open')} />;
}
