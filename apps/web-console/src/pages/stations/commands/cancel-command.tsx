import Button from '@mui/material/Button';
import { useMutation } from '@apollo/client/react';
import { useToasts } from '@ampline/ui';
import { CancelCommandDocument } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';

/** Takes a command out of the queue. */
export function CancelCommand({ id }: { id: string }) {
  const text = useText();
  const toasts = useToasts();
  const [cancel, { loading }] = useMutation(CancelCommandDocument, { variables: { id } });
  const run = async () => {
    try {
      await cancel();
      toasts.success(text('command.cancelled'));
    } catch (error) {
      toasts.failure(error);
    }
  };
  return (
    <Button variant="outlined" color="inherit" loading={loading} onClick={() => void run()}>
      {text('command.cancel')}
    </Button>
  );
}
