import { useMutation } from '@apollo/client/react';
import { FormDialog, FormText, useSubmission, useLocale } from '@ampline/ui';
import { useForm } from 'react-hook-form';
import { InviteUserDocument, type Role } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { fieldRules, orNull } from '../../parts/rules.js';
import type { Invitation } from './invitation-shown.js';
import { UserFields } from './user-fields.js';

/** Invites somebody: they set their password themselves. */
export function InviteForm({ onClose, onInvited }: { onClose: () => void; onInvited: (invitation: Invitation) => void }) {
  const text = useText();
  const { locale } = useLocale();
  const rules = fieldRules(text);
  const form = useForm({ defaultValues: { email: '', name: '', roles: [] as Role[], organisationId: '', locale: locale as string } });
  const { control } = form;
  const [invite] = useMutation(InviteUserDocument);
  const submission = useSubmission(form, async ({ organisationId, ...values }) => {
    const { data } = await invite({ variables: { input: { ...values, organisationId: orNull(organisationId) } } });
    if (data) onInvited(data.inviteUser);
    onClose();
  });
  return (
    <FormDialog open onClose={onClose} title={text('users.inviteTitle')} action={text('users.inviteAction')} {...submission}>
      <FormText
        control={control}
        name="email"
        type="email"
        label={text('users.email')}
        rules={rules.requiredEmail}
        autoComplete="off"
        autoFocus
      />
      <FormText control={control} name="name" label={text('users.name')} rules={rules.required} autoComplete="off" />
      <UserFields control={control} names={{ roles: 'roles', organisationId: 'organisationId', locale: 'locale' }} />
    </FormDialog>
  );
}
