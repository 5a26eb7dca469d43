import { useMutation } from '@apollo/client/react';
import { FormDialog, FormSelect, FormText, useSubmission } from '@ampline/ui';
import { useForm } from 'react-hook-form';
import { CreateRegistrationTokenDocument } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { dayEnds } from '../../parts/dates.js';
import { fieldRules } from '../../parts/rules.js';
import { useLocations } from './use-locations.js';

interface TokenFormProps {
  onClose: () => void;
  onCreated: (name: string, token: string) => void;
}

/** Makes a registration token. */
export function TokenForm({ onClose, onCreated }: TokenFormProps) {
  const text = useText();
  const rules = fieldRules(text);
  const locations = useLocations();
  const form = useForm({ defaultValues: { name: '', locationId: '', maxUses: '10', expiresOn: '' } });
  const { control } = form;
  const [create] = useMutation(CreateRegistrationTokenDocument);
  const submission = useSubmission(form, async ({ name, locationId, maxUses, expiresOn }) => {
    const input = { name, locationId, maxUses: Number(maxUses), expiresAt: dayEnds(expiresOn) ?? '' };
    const { data } = await create({ variables: { input } });
    if (data) onCreated(name, data.createRegistrationToken.token);
    onClose();
  });
  return (
    <FormDialog open onClose={onClose} title={text('onboarding.token.create')} action={text('people.create')} {...submission}>
      <FormText
        control={control}
        name="name"
        label={text('onboarding.token.name')}
        hint={text('onboarding.token.nameHint')}
        rules={rules.required}
        autoComplete="off"
        autoFocus
      />
      <FormSelect
        control={control}
        name="locationId"
        label={text('onboarding.location')}
        hint={text('onboarding.token.locationHint')}
        rules={rules.required}
        options={locations}
      />
      <FormText
        control={control}
        name="maxUses"
        label={text('onboarding.token.maxUses')}
        rules={{ ...rules.required, pattern: { value: /^([1-9]\d{0,2}|1000)$/, message: text('onboarding.badLimit') } }}
        slotProps={{ htmlInput: { inputMode: 'numeric' } }}
        autoComplete="off"
      />
      <FormText
        control={control}
        name="expiresOn"
        type="date"
        label={text('onboarding.token.expiresOn')}
        hint={text('onboarding.token.expiresHint')}
        rules={rules.required}
        slotProps={{ inputLabel: { shrink: true } }}
      />
    </FormDialog>
  );
}
