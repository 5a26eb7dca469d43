import Button from '@mui/material/Button';
import Box from '@mui/material/Box';
import { useMutation } from '@apollo/client/react';
import { FormDialog, FormSelect, FormText, KeyValues, useSubmission, useToasts } from '@ampline/ui';
import { useForm } from 'react-hook-form';
import { AcceptStationDocument, SetStationRegistrationDocument, type WaitingStationFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { fieldRules } from '../../parts/rules.js';
import { evsesOf } from './evses.js';
import { useLocations } from './use-locations.js';

interface AcceptFormProps {
  station: WaitingStationFragment;
  onClose: () => void;
  onDone: () => void;
}

/** Accepts a station that waits, or shuts it out: where it stands and what it has. */
export function AcceptForm({ station, onClose, onDone }: AcceptFormProps) {
  const text = useText();
  const toasts = useToasts();
  const rules = fieldRules(text);
  const locations = useLocations();
  const form = useForm({
    defaultValues: {
      locationId: station.location.id,
      evses: String(Math.max(1, station.evses.length)),
      type: 'cType2',
      powerKw: '22',
      codes: '',
    },
  });
  const { control } = form;
  const [accept] = useMutation(AcceptStationDocument);
  const [setRegistration, rejecting] = useMutation(SetStationRegistrationDocument);
  const submission = useSubmission(form, async (values) => {
    const input = { stationId: station.id, locationId: values.locationId, evses: evsesOf(values) };
    await accept({ variables: { input } });
    toasts.success(text('station.admitted', { station: station.identity }));
    onDone();
    onClose();
  });
  const reject = async () => {
    await setRegistration({ variables: { stationId: station.id, registration: 'REJECTED' } });
    toasts.success(text('station.rejected', { station: station.identity }));
    onDone();
    onClose();
  };
  const numeric = { htmlInput: { inputMode: 'decimal' } } as const;
  return (
    <FormDialog
      open
      onClose={onClose}
      title={text('onboarding.acceptTitle', { station: station.identity })}
      action={text('onboarding.accept')}
      {...submission}
    >
      <KeyValues
        items={[
          [text('stations.model'), [station.vendor, station.model].filter(Boolean).join(' ') || text('onboarding.nothingTold')],
          [text('station.serialNumber'), station.serialNumber],
          [text('station.firmware'), station.firmwareVersion],
        ]}
      />
      <FormSelect control={control} name="locationId" label={text('onboarding.location')} rules={rules.required} options={locations} />
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr 1fr' } }}>
        <FormText
          control={control}
          name="evses"
          label={text('onboarding.evses')}
          rules={{ ...rules.required, pattern: { value: /^([1-9]|[1-5]\d|6[0-4])$/, message: text('onboarding.badEvses') } }}
          slotProps={numeric}
          autoComplete="off"
        />
        <FormSelect
          control={control}
          name="type"
          label={text('onboarding.connectorType')}
          options={['cType2', 'sType2', 'cCCS2', 'cCCS1', 'cG105', 'sType3', 'cType1'].map((value) => ({ value, label: value }))}
        />
        <FormText
          control={control}
          name="powerKw"
          label={text('onboarding.power')}
          rules={{ ...rules.required, pattern: { value: /^\d{1,4}([.,]\d{1,3})?$/, message: text('onboarding.badPower') } }}
          slotProps={numeric}
          autoComplete="off"
        />
      </Box>
      <FormText
        control={control}
        name="codes"
        label={text('onboarding.codes')}
        hint={text('onboarding.codesHint')}
        multiline
        minRows={2}
        autoComplete="off"
      />
      <div>
        <Button color="error" loading={rejecting.loading} onClick={() => void reject().catch(toasts.failure)}>
          {text('onboarding.rejectInstead')}
        </Button>
      </div>
    </FormDialog>
  );
}
