import { useMutation } from '@apollo/client/react';
import { FormDialog, FormSelect, useSubmission } from '@ampline/ui';
import { useForm, useWatch } from 'react-hook-form';
import { OverrideStationQuirkDocument } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { fieldRules } from '../../../parts/rules.js';
import { useQuirkText } from '../../quirks/use-quirk-text.js';
import type { ShownStation } from '../shown-station.js';

interface AddQuirkDialogProps {
  station: ShownStation;
  /** Names of those that are not in force. */
  quirks: readonly string[];
  onClose: () => void;
  onAdded: () => void;
}

/** Switches a quirk on that the catalogue does not know of this make. */
export function AddQuirkDialog({ station, quirks, onClose, onAdded }: AddQuirkDialogProps) {
  const text = useText();
  const quirkText = useQuirkText();
  const form = useForm({ defaultValues: { quirk: '' } });
  const chosen = useWatch({ control: form.control, name: 'quirk' });
  const [override] = useMutation(OverrideStationQuirkDocument);
  const submission = useSubmission(form, async ({ quirk }) => {
    await override({ variables: { stationId: station.id, quirk, override: 'ON' } });
    onAdded();
    onClose();
  });
  return (
    <FormDialog
      open
      onClose={onClose}
      title={text('quirks.addTitle', { station: station.identity })}
      action={text('quirks.addAction')}
      {...submission}
    >
      <FormSelect
        control={form.control}
        name="quirk"
        label={text('quirks.quirk')}
        rules={fieldRules(text).required}
        hint={chosen === '' ? undefined : quirkText({ name: chosen }).handling}
        options={quirks.map((name) => ({ value: name, label: quirkText({ name }).does }))}
      />
    </FormDialog>
  );
}
