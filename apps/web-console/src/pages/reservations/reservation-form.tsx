import Alert from '@mui/material/Alert';
import Typography from '@mui/material/Typography';
import { useMutation, useQuery } from '@apollo/client/react';
import { FormCheckbox, FormDialog, FormSelect, useFormat, useSubmission, useToasts } from '@ampline/ui';
import { useState } from 'react';
import { Controller, useForm, useWatch } from 'react-hook-form';
import {
  CreateReservationDocument,
  ReservableStationDocument,
  type CreateReservationMutation,
  type ReservableStationQuery,
} from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import type { Choice } from '../../parts/async-choice.js';
import { IdTokenChoice } from '../../parts/id-token-choice.js';
import { StationChoice } from '../../parts/station-choice.js';
import { fromNow, MINUTES } from './lengths.js';
import { useReasonText } from './use-reason-text.js';

interface ReservationFormProps {
  onClose: () => void;
  onMade: () => void;
  /** Where it is already said; the person chooses otherwise. */
  at?: { stationId: string; evseNumber: number };
}

type Made = CreateReservationMutation['createReservation'];
type Station = NonNullable<ReservableStationQuery['station']>;

/** Reserves an EVSE for an id token. */
export function ReservationForm({ onClose, onMade, at }: ReservationFormProps) {
  const text = useText();
  // One for this dialog: sent again after a failure of the network, it reserves once.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const say = useOutcome();
  const [create] = useMutation(CreateReservationDocument);
  const form = useForm({
    defaultValues: {
      stationId: at?.stationId ?? '',
      evse: at === undefined ? '' : String(at.evseNumber),
      token: null as Choice | null,
      forGroup: false,
      minutes: String(MINUTES[1]),
    },
  });
  const { control } = form;
  const stationId = useWatch({ control, name: 'stationId' });
  const station = useQuery(ReservableStationDocument, { variables: { id: stationId }, skip: stationId === '' }).data?.station;
  const submission = useSubmission(form, async ({ evse, token, forGroup, minutes }) => {
    const input = { stationId, evseNumber: Number(evse), idToken: token?.label ?? '', forGroup, expiresAt: fromNow(Number(minutes)) };
    const { data } = await create({ variables: { input, idempotencyKey } });
    if (data) say(data.createReservation);
    onMade();
    onClose();
  });
  const title = at !== undefined && station ? text('reservation.newAt', { station: station.identity }) : text('reservation.newTitle');
  return (
    <FormDialog open onClose={onClose} title={title} action={text('reservation.new')} {...submission}>
      <Typography variant="body2" color="textSecondary">
        {text('reservation.newHint')}
      </Typography>
      {station?.online === false && <Alert severity="warning">{text('reservation.offline', { station: station.identity })}</Alert>}
      {at === undefined && (
        <Controller
          control={control}
          name="stationId"
          rules={{ validate: (value) => value !== '' || text('reservation.needStation') }}
          render={({ field, fieldState: { error } }) => (
            <StationChoice value={field.value} onChange={field.onChange} error={error?.message} />
          )}
        />
      )}
      <FormSelect
        control={control}
        name="evse"
        label={text('reservations.evse')}
        options={useEvses(station)}
        rules={{ required: text('parts.required') }}
      />
      <Controller
        control={control}
        name="token"
        rules={{ validate: (value) => value !== null || text('reservation.needToken') }}
        render={({ field, fieldState: { error } }) => (
          <IdTokenChoice
            label={text('reservations.token')}
            value={field.value}
            onChange={field.onChange}
            hint={error?.message ?? text('reservation.tokenHint')}
            error={error !== undefined}
          />
        )}
      />
      <FormCheckbox control={control} name="forGroup" label={text('reservation.forGroup')} />
      <FormSelect
        control={control}
        name="minutes"
        label={text('reservation.length')}
        options={MINUTES.map((minutes) => ({ value: String(minutes), label: text('reservation.minutes', { minutes }) }))}
      />
    </FormDialog>
  );
}

function useEvses(station: Station | null | undefined): { value: string; label: string }[] {
  const text = useText();
  const evses = station?.evses ?? [];
  return [
    ...evses.map(({ number, code }) => ({
      value: String(number),
      label: [text('reservation.evse', { number }), code].filter(Boolean).join(' · '),
    })),
    ...(evses.length > 1 ? [{ value: '0', label: text('reservation.anyEvse') }] : []),
  ];
}

/** Says what came of it. */
function useOutcome(): (made: Made) => void {
  const text = useText();
  const format = useFormat();
  const toasts = useToasts();
  const reasonText = useReasonText();
  return ({ status, evseNumber: number, stationIdentity: station, expiresAt, statusReason }) => {
    const until = format.clock(expiresAt);
    if (status === 'REQUESTED') return toasts.info(text('reservation.asked', { station }));
    if (status === 'REFUSED') return toasts.info(text('reservation.refused', { reason: reasonText(statusReason ?? '') }));
    return toasts.success(text(number === 0 ? 'reservation.madeAny' : 'reservation.made', { number, station, until }));
  };
}
