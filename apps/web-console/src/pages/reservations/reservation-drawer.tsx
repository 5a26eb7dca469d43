import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useMutation } from '@apollo/client/react';
import { ConfirmDialog, DetailDrawer, FormDialog, FormSelect, KeyValues, Mono, useFormat, useSubmission, useToasts } from '@ampline/ui';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { Link } from 'react-router';
import { OPERATORS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import { CancelReservationDocument, ChangeReservationDocument, type ReservationRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { fromNow, MINUTES } from './lengths.js';
import { isOpen, ReservationState } from './reservation-status.js';
import { useReasonText } from './use-reason-text.js';

interface ReservationDrawerProps {
  reservation: ReservationRowFragment;
  onClose: () => void;
}

/** All about a reservation, and what can still be done about it. */
export function ReservationDrawer({ reservation, onClose }: ReservationDrawerProps) {
  const text = useText();
  const format = useFormat();
  const reasonText = useReasonText();
  const operator = useViewer().may(...OPERATORS);
  const [asking, setAsking] = useState<'change' | 'cancel'>();
  const { stationId, stationIdentity, evseNumber, idToken, groupToken, status, statusReason, sessionId } = reservation;
  return (
    <DetailDrawer open onClose={onClose} title={text('reservation.of', { station: stationIdentity })}>
      <KeyValues
        items={[
          [text('reservations.status'), <ReservationState key="status" status={status} />],
          ...(statusReason === null ? [] : [[text('reservation.reason'), reasonText(statusReason)] as const]),
          [text('reservations.evse'), evseNumber === 0 ? text('reservations.anyEvse') : String(evseNumber)],
          [text('reservations.token'), <Mono key="token">{idToken}</Mono>],
          ...(groupToken === null ? [] : [[text('reservation.group'), <Mono key="group">{groupToken}</Mono>] as const]),
          [text('reservations.requested'), format.dateTime(reservation.requestedAt)],
          [text('reservation.by'), reservation.requestedByName ?? '–'],
          [text('reservations.until'), format.dateTime(reservation.expiresAt)],
          [text('reservation.ended'), format.dateTime(reservation.endedAt)],
          [text('reservation.number'), String(reservation.ocppId)],
        ]}
      />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        <Button component={Link} to={`/stations/${stationId}`} variant="outlined" color="inherit">
          {text('reservation.openStation')}
        </Button>
        {sessionId !== null && (
          <Button component={Link} to={`/sessions/${sessionId}`} variant="outlined" color="inherit">
            {text('reservation.openSession')}
          </Button>
        )}
        {operator && isOpen(status) && (
          <>
            <Button variant="outlined" onClick={() => setAsking('change')}>
              {text('reservation.prolong')}
            </Button>
            <Button variant="outlined" color="error" onClick={() => setAsking('cancel')}>
              {text('reservation.cancel')}
            </Button>
          </>
        )}
      </Box>
      {asking === 'change' && <ChangeForm reservation={reservation} onClose={() => setAsking(undefined)} />}
      <CancelDialog reservation={reservation} open={asking === 'cancel'} onClose={() => setAsking(undefined)} />
    </DetailDrawer>
  );
}

function ChangeForm({ reservation: { id }, onClose }: ReservationDrawerProps) {
  const text = useText();
  const format = useFormat();
  const toasts = useToasts();
  const [change] = useMutation(ChangeReservationDocument);
  const form = useForm({ defaultValues: { minutes: String(MINUTES[1]) } });
  const submission = useSubmission(form, async ({ minutes }) => {
    const expiresAt = fromNow(Number(minutes));
    const { data } = await change({ variables: { id, expiresAt } });
    const told = data?.changeReservation.expiresAt ?? expiresAt;
    const until = format.clock(told);
    if (Date.parse(told) === Date.parse(expiresAt)) toasts.success(text('reservation.changed', { until }));
    else toasts.info(text('reservation.kept', { until }));
    onClose();
  });
  return (
    <FormDialog open onClose={onClose} title={text('reservation.prolongTitle')} action={text('reservation.prolong')} {...submission}>
      <FormSelect
        control={form.control}
        name="minutes"
        label={text('reservation.prolongFrom')}
        options={MINUTES.map((minutes) => ({ value: String(minutes), label: text('reservation.minutes', { minutes }) }))}
      />
    </FormDialog>
  );
}

/** Asks before a reservation is taken from somebody. */
export function CancelDialog({
  reservation: { id, stationIdentity, idToken },
  open,
  onClose,
}: {
  reservation: Pick<ReservationRowFragment, 'id' | 'stationIdentity' | 'idToken'>;
  open: boolean;
  onClose: () => void;
}) {
  const text = useText();
  const toasts = useToasts();
  const [cancel] = useMutation(CancelReservationDocument);
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={text('reservation.cancelTitle', { station: stationIdentity })}
      action={text('reservation.cancel')}
      danger
      onConfirm={async () => {
        await cancel({ variables: { id } });
        toasts.success(text('reservation.cancelled'));
      }}
    >
      {text('reservation.cancelText', { token: idToken })}
    </ConfirmDialog>
  );
}
