import Alert from '@mui/material/Alert';
import Typography from '@mui/material/Typography';
import { DetailDrawer, FrameView, KeyValues, Mono, useFormat, useUiText } from '@ampline/ui';
import { useState } from 'react';
import type { StationMessageFragment } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';

interface Props {
  message: StationMessageFragment | undefined;
  timeZone: string;
  onClose: () => void;
}

/** A message with both of its frames. */
export function MessageDrawer({ message, timeZone, onClose }: Props) {
  const text = useText();
  const uiText = useUiText();
  const format = useFormat();
  // What was shown last stays while the drawer closes.
  const [last, setLast] = useState(message);
  if (message !== undefined && message !== last) setLast(message);
  const shown = message ?? last;
  return (
    <DetailDrawer open={message !== undefined} onClose={onClose} title={shown?.action || text('message.unreadable')}>
      {shown !== undefined && (
        <>
          <KeyValues
            items={[
              [text('message.time'), format.instant(shown.receivedAt, timeZone)],
              [text('message.direction'), text(`message.direction.${shown.direction}`)],
              [text('message.result'), shown.result],
              [text('message.id'), <Mono key="id">{shown.messageId}</Mono>],
            ]}
          />
          {shown.deviations.length > 0 && (
            <Alert severity="warning">
              {text('message.deviations')} {shown.deviations.join('; ')}
            </Alert>
          )}
          <FrameView title={uiText('ui.frame.sent')} frame={shown.requestFrame} />
          {shown.responseFrame === null ? (
            <Typography variant="body2" color="textSecondary">
              {text('message.noAnswer')}
            </Typography>
          ) : (
            <FrameView title={uiText('ui.frame.answer')} frame={shown.responseFrame} />
          )}
        </>
      )}
    </DetailDrawer>
  );
}
