import Typography from '@mui/material/Typography';
import { useMutation } from '@apollo/client/react';
import { FormText, Mono } from '@ampline/ui';
import { useEffect, useEffectEvent } from 'react';
import { useForm } from 'react-hook-form';
import { ChangeConfigurationDocument, type SettingShownFragment } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { CommandDialog } from '../commands/command-dialog.js';
import type { ShownStation } from '../shown-station.js';

interface EditSettingDialogProps {
  station: Pick<ShownStation, 'id' | 'identity'>;
  setting: Pick<SettingShownFragment, 'key' | 'value'>;
  open: boolean;
  onClose: () => void;
  /** The station has taken the value. */
  onChanged: () => void;
}

/** Most that OCPP 1.6 allows for a value. */
const LONGEST = 500;

/** Changes one setting of a station. */
export function EditSettingDialog({ station, setting, open, onClose, onChanged }: EditSettingDialogProps) {
  const text = useText();
  const [change] = useMutation(ChangeConfigurationDocument);
  const { control, getValues, reset, trigger } = useForm({ defaultValues: { value: setting.value ?? '' } });
  const begin = useEffectEvent(() => reset({ value: setting.value ?? '' }));
  useEffect(() => {
    if (open) begin();
  }, [open, setting]);
  return (
    <CommandDialog
      open={open}
      onClose={onClose}
      title={text('configuration.editTitle', { key: setting.key, station: station.identity })}
      stationIdentity={station.identity}
      action={text('configuration.save')}
      onSend={async (idempotencyKey) => {
        if (!(await trigger())) return undefined;
        const { data } = await change({
          variables: { stationId: station.id, key: setting.key, value: getValues('value'), idempotencyKey },
        });
        if (data?.changeConfiguration.responseStatus === 'Accepted') onChanged();
        return data?.changeConfiguration;
      }}
    >
      <Typography variant="body2" color="textSecondary">
        {text('configuration.now')} <Mono>{setting.value ?? '–'}</Mono>
      </Typography>
      <FormText
        control={control}
        name="value"
        label={text('configuration.newValue')}
        autoFocus
        rules={{ maxLength: { value: LONGEST, message: text('configuration.tooLong', { most: LONGEST }) } }}
      />
    </CommandDialog>
  );
}
