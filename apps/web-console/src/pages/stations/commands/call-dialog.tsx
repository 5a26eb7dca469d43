import { useApolloClient } from '@apollo/client/react';
import Typography from '@mui/material/Typography';
import { useEffect, useEffectEvent, useState } from 'react';
import { SendCommandDocument } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { ActionSelect } from '../../../parts/payload/action-select.js';
import { PayloadFields } from '../../../parts/payload/payload-fields.js';
import { QueueSelect, queueUntil, type QueueHours } from '../../../parts/payload/queue-select.js';
import { useCatalogue } from '../../../parts/payload/use-catalogue.js';
import { usePayload } from '../../../parts/payload/use-payload.js';
import type { ShownStation } from '../shown-station.js';
import { CommandDialog } from './command-dialog.js';

const FIRST_ACTION = 'GetConfiguration';

interface CallDialogProps {
  open: boolean;
  onClose: () => void;
  station: Pick<ShownStation, 'id' | 'identity'>;
}

/** Any command of OCPP 1.6, with the fields that its schema has. */
export function CallDialog({ open, onClose, station }: CallDialogProps) {
  const text = useText();
  const client = useApolloClient();
  const { commands } = useCatalogue();
  const [action, setAction] = useState(FIRST_ACTION);
  const [hours, setHours] = useState<QueueHours>(0);
  const described = commands.find((command) => command.action === action);
  const payload = usePayload(described?.schema);
  const begin = useEffectEvent(() => {
    setAction(FIRST_ACTION);
    setHours(0);
  });
  useEffect(() => {
    if (open) begin();
  }, [open]);
  const send = async (idempotencyKey: string) => {
    const read = described && payload.read();
    if (read === undefined) return undefined;
    try {
      const variables = { stationId: station.id, action, payload: read, idempotencyKey, queueUntil: queueUntil(hours) };
      return (await client.mutate({ mutation: SendCommandDocument, variables })).data?.sendCommand;
    } catch (error) {
      payload.refused(error);
      throw error;
    }
  };
  return (
    <CommandDialog
      open={open}
      onClose={onClose}
      title={text('command.call.title', { station: station.identity })}
      stationIdentity={station.identity}
      action={text('command.send')}
      danger={described?.dangerous ?? false}
      onSend={send}
    >
      <Typography variant="body2" color="textSecondary">
        {text('command.call.hint')}
      </Typography>
      <ActionSelect commands={commands} action={action} onChange={setAction} />
      <PayloadFields payload={payload} />
      <QueueSelect hours={hours} onChange={setHours} />
    </CommandDialog>
  );
}
