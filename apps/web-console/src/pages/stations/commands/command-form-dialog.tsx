import Typography from '@mui/material/Typography';
import { FormSelect } from '@ampline/ui';
import { useEffect, useEffectEvent } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import { useText } from '../../../messages.js';
import type { ShownStation } from '../shown-station.js';
import { CommandDialog } from './command-dialog.js';
import { TRIGGERED, type CommandForm } from './command-forms.js';
import { IdTokenField } from './id-token-field.js';
import { useSend, type CommandValues } from './use-send.js';

interface CommandFormDialogProps {
  form: CommandForm;
  open: boolean;
  onClose: () => void;
  station: Pick<ShownStation, 'id' | 'identity' | 'evses'>;
}

/** What a command needs to know, then the command. */
export function CommandFormDialog({ form, open, onClose, station }: CommandFormDialogProps) {
  const text = useText();
  const send = useSend(station.id);
  const first = String(station.evses[0]?.number ?? 1);
  const { control, trigger, getValues, reset } = useForm<CommandValues>({
    defaultValues: valuesAt(form, first),
  });
  const begin = useEffectEvent(() => reset(valuesAt(form, first)));
  useEffect(() => {
    if (open) begin();
  }, [open, form]);
  const operative = useWatch({ control, name: 'operative' });

  const has = (field: CommandForm['fields'][number]) => form.fields.includes(field);
  const evses = station.evses.map(({ number, code }) => ({
    value: String(number),
    label: code === null ? text('command.field.evseNumber', { number }) : `${text('command.field.evseNumber', { number })} · ${code}`,
  }));
  const whole = { value: '', label: text(form.kind === 'start' ? 'command.field.anyEvse' : 'command.field.wholeStation') };
  return (
    <CommandDialog
      open={open}
      onClose={onClose}
      title={text(form.title, { station: station.identity })}
      stationIdentity={station.identity}
      action={text('command.send')}
      danger={form.danger === true || (form.kind === 'availability' && operative === 'false')}
      onSend={async (idempotencyKey) => ((await trigger()) ? send(form.kind, getValues(), idempotencyKey) : undefined)}
    >
      <Typography variant="body2" color="textSecondary">
        {text(form.hint)}
      </Typography>
      {has('idToken') && <IdTokenField control={control} />}
      {has('evse') && <FormSelect control={control} name="evse" label={text('command.field.evse')} options={evses} />}
      {has('message') && (
        <FormSelect
          control={control}
          name="message"
          label={text('command.field.message')}
          options={TRIGGERED.map((value) => ({ value, label: value }))}
        />
      )}
      {has('evseOrAll') && <FormSelect control={control} name="evse" label={text('command.field.evse')} options={[whole, ...evses]} />}
      {has('operative') && (
        <FormSelect
          control={control}
          name="operative"
          label={text('command.field.operative')}
          options={[
            { value: 'true', label: text('command.field.operative.true') },
            { value: 'false', label: text('command.field.operative.false') },
          ]}
        />
      )}
      {has('resetType') && (
        <FormSelect
          control={control}
          name="resetType"
          label={text('command.field.resetType')}
          options={[
            { value: 'SOFT', label: text('command.field.resetType.SOFT') },
            { value: 'HARD', label: text('command.field.resetType.HARD') },
          ]}
        />
      )}
    </CommandDialog>
  );
}

function valuesAt({ fields }: CommandForm, firstEvse: string): CommandValues {
  return {
    idToken: '',
    evse: fields.includes('evse') ? firstEvse : '',
    operative: 'false',
    resetType: 'SOFT',
    message: TRIGGERED[0],
  };
}
