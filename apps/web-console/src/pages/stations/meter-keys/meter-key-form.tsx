import { useMutation } from '@apollo/client/react';
import { FormDialog, FormSelect, FormText, useSubmission, useToasts } from '@ampline/ui';
import { useForm } from 'react-hook-form';
import { RegisterMeterKeyDocument } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { fieldRules, orNull } from '../../../parts/rules.js';
import type { ShownStation } from '../shown-station.js';

interface MeterKeyFormProps {
  station: ShownStation;
  onClose: () => void;
  onRegistered: () => void;
}

/** OCMF, table 22. */
const ALGORITHMS = [
  'ECDSA-secp256r1-SHA256',
  'ECDSA-secp192r1-SHA256',
  'ECDSA-secp384r1-SHA256',
  'ECDSA-secp192k1-SHA256',
  'ECDSA-secp256k1-SHA256',
  'ECDSA-brainpool256r1-SHA256',
  'ECDSA-brainpool384r1-SHA256',
] as const;

/** Registers the public key of a meter. */
export function MeterKeyForm({ station, onClose, onRegistered }: MeterKeyFormProps) {
  const text = useText();
  const toasts = useToasts();
  const rules = fieldRules(text);
  const form = useForm({ defaultValues: { publicKey: '', evseNumber: '', meterSerial: '', algorithm: '', validFrom: '', note: '' } });
  const { control } = form;
  const [register] = useMutation(RegisterMeterKeyDocument);
  const submission = useSubmission(form, async ({ publicKey, evseNumber, meterSerial, algorithm, validFrom, note }) => {
    const input = {
      stationId: station.id,
      publicKey,
      evseNumber: evseNumber === '' ? null : Number(evseNumber),
      meterSerial: orNull(meterSerial),
      algorithm: orNull(algorithm),
      validFrom: validFrom === '' ? null : new Date(validFrom).toISOString(),
      note: orNull(note),
    };
    await register({ variables: { input } });
    toasts.success(text('meterKeys.done'));
    onRegistered();
    onClose();
  });
  return (
    <FormDialog
      open
      onClose={onClose}
      title={text('meterKeys.registerTitle', { station: station.identity })}
      action={text('meterKeys.register')}
      {...submission}
    >
      <FormText
        control={control}
        name="publicKey"
        label={text('meterKeys.key')}
        hint={text('meterKeys.keyHint')}
        rules={rules.required}
        autoComplete="off"
        multiline
        minRows={3}
        autoFocus
      />
      <FormSelect
        control={control}
        name="evseNumber"
        label={text('meterKeys.evse')}
        options={[
          { value: '', label: text('meterKeys.allEvses') },
          ...station.evses.map(({ number }) => ({ value: String(number), label: String(number) })),
        ]}
      />
      <FormText
        control={control}
        name="meterSerial"
        label={text('meterKeys.serial')}
        hint={text('meterKeys.serialHint')}
        autoComplete="off"
      />
      <FormSelect
        control={control}
        name="algorithm"
        label={text('meterKeys.algorithm')}
        hint={text('meterKeys.algorithmHint')}
        options={[{ value: '', label: text('meterKeys.fromKey') }, ...ALGORITHMS.map((value) => ({ value, label: value }))]}
      />
      <FormText
        control={control}
        name="validFrom"
        type="datetime-local"
        label={text('meterKeys.validFrom')}
        hint={text('meterKeys.validFromHint')}
        slotProps={{ inputLabel: { shrink: true } }}
      />
      <FormText control={control} name="note" label={text('meterKeys.note')} hint={text('meterKeys.noteHint')} autoComplete="off" />
    </FormDialog>
  );
}
