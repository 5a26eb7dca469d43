import Button from '@mui/material/Button';
import { EmptyState } from '@ampline/ui';
import { useText } from '../../messages.js';

/** In the place of a page that threw, or whose code could not be loaded (after an update of the console, say). */
export function CrashPage() {
  const text = useText();
  return (
    <EmptyState
      title={text('crash.title')}
      action={
        <Button variant="outlined" onClick={() => window.location.reload()}>
          {text('crash.reload')}
        </Button>
      }
    >
      {text('crash.text')}
    </EmptyState>
  );
}
