import { useMutation, useQuery } from '@apollo/client/react';
import { FormDialog, FormText, useSubmission } from '@ampline/ui';
import { useForm } from 'react-hook-form';
import { ApiScopesDocument, CreateApiKeyDocument } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { dayEnds } from '../../parts/dates.js';
import { FormChoices } from '../../parts/form-choices.js';
import { fieldRules } from '../../parts/rules.js';
import { useScopeText } from './use-scope-text.js';

interface ApiKeyFormProps {
  onClose: () => void;
  onCreated: (name: string, secret: string) => void;
}

/** Makes an API key with just what it needs. */
export function ApiKeyForm({ onClose, onCreated }: ApiKeyFormProps) {
  const text = useText();
  const scopeText = useScopeText();
  const rules = fieldRules(text);
  const scopes = useQuery(ApiScopesDocument).data?.apiScopes ?? [];
  const form = useForm({ defaultValues: { name: '', scopes: [] as string[], expiresOn: '', requestsPerMinute: '' } });
  const { control } = form;
  const [create] = useMutation(CreateApiKeyDocument);
  const submission = useSubmission(form, async (values) => {
    const input = {
      name: values.name,
      scopes: values.scopes,
      expiresAt: dayEnds(values.expiresOn) ?? null,
      requestsPerMinute: values.requestsPerMinute === '' ? null : Number(values.requestsPerMinute),
    };
    const { data } = await create({ variables: { input } });
    if (data) onCreated(values.name, data.createApiKey.secret);
    onClose();
  });
  return (
    <FormDialog open onClose={onClose} title={text('keys.create')} action={text('people.create')} {...submission}>
      <FormText
        control={control}
        name="name"
        label={text('keys.name')}
        hint={text('keys.nameHint')}
        rules={rules.required}
        autoComplete="off"
        autoFocus
      />
      <FormChoices
        control={control}
        name="scopes"
        label={text('keys.scopes')}
        needed={text('keys.needScope')}
        options={scopes.map((value) => ({ value, label: scopeText(value), hint: value }))}
      />
      <FormText
        control={control}
        name="expiresOn"
        type="date"
        label={text('keys.expiresOn')}
        hint={text('keys.expiresHint')}
        slotProps={{ inputLabel: { shrink: true } }}
      />
      <FormText
        control={control}
        name="requestsPerMinute"
        label={text('keys.perMinute')}
        hint={text('keys.perMinuteHint')}
        rules={{ pattern: { value: /^[1-9]\d{0,6}$/, message: text('keys.badPerMinute') } }}
        slotProps={{ htmlInput: { inputMode: 'numeric' } }}
        autoComplete="off"
      />
    </FormDialog>
  );
}
