import { useMutation } from '@apollo/client/react';
import { FormDialog, FormSelect, FormText, useSubmission } from '@ampline/ui';
import { useState } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import { CreateBackEndDocument, RoutingChoicesDocument, type CreateBackEndMutation } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { OnceShown } from '../../../parts/once-shown.js';
import { fieldRules } from '../../../parts/rules.js';

const NAME = /^[a-z0-9-]{1,32}$/;

/** Makes a foreign back end and tells its secret, once. `onClose` is told which one was made. */
export function NewBackEnd({ onClose }: { onClose: (backEndId?: string) => void }) {
  const text = useText();
  const rules = fieldRules(text);
  const [made, setMade] = useState<CreateBackEndMutation['createBackEnd']>();
  const [create] = useMutation(CreateBackEndDocument, { refetchQueries: [RoutingChoicesDocument], awaitRefetchQueries: true });
  const form = useForm({ defaultValues: { name: '', kind: 'NATS' as 'NATS' | 'HTTP', url: '' } });
  const kind = useWatch({ control: form.control, name: 'kind' });
  const submission = useSubmission(form, async ({ name, kind, url }) => {
    const { data } = await create({ variables: { name, kind, url: kind === 'HTTP' ? url : null } });
    setMade(data?.createBackEnd);
  });
  if (made !== undefined) {
    const { username, secret } = made.secret;
    return (
      <OnceShown
        title={text('routing.secretTitle', { name: made.backEnd.name })}
        label={text('routing.secret')}
        value={secret}
        onClose={() => onClose(made.backEnd.id)}
      >
        {username === null ? text('routing.secretOfHttp') : text('routing.secretOfUser', { username })}
      </OnceShown>
    );
  }
  return (
    <FormDialog open onClose={() => onClose()} title={text('routing.newBackEndTitle')} action={text('routing.create')} {...submission}>
      <FormText
        control={form.control}
        name="name"
        label={text('routing.name')}
        hint={text('routing.backEndNameHint')}
        rules={{ ...rules.required, pattern: { value: NAME, message: text('routing.badBackEndName') } }}
        autoComplete="off"
        autoFocus
      />
      <FormSelect
        control={form.control}
        name="kind"
        label={text('routing.kind')}
        options={(['NATS', 'HTTP'] as const).map((value) => ({ value, label: text(`routing.kind.${value}`) }))}
      />
      {kind === 'HTTP' && (
        <FormText
          control={form.control}
          name="url"
          label={text('routing.url')}
          hint={text('routing.urlHint')}
          rules={{ ...rules.required, ...rules.url }}
          autoComplete="off"
        />
      )}
    </FormDialog>
  );
}
