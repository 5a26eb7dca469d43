import { useMutation } from '@apollo/client/react';
import { FormDialog, FormText, useSubmission } from '@ampline/ui';
import { useForm } from 'react-hook-form';
import { UpdateUserDocument, type Role, type UserRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import type { Choice } from '../../parts/async-choice.js';
import { driverChoice, FormDriver } from '../../parts/form-driver.js';
import { fieldRules, orNull } from '../../parts/rules.js';
import { UserFields } from './user-fields.js';

/** Changes somebody's roles and what they belong to. */
export function UserForm({ user, onClose }: { user: UserRowFragment; onClose: () => void }) {
  const text = useText();
  const rules = fieldRules(text);
  const form = useForm({
    defaultValues: {
      name: user.name,
      roles: [...user.roles] as Role[],
      organisationId: user.organisation?.id ?? '',
      driver: (user.driver ? driverChoice(user.driver) : null) as Choice | null,
      locale: user.locale,
    },
  });
  const { control } = form;
  const [update] = useMutation(UpdateUserDocument);
  const submission = useSubmission(form, async ({ name, roles, organisationId, driver, locale }) => {
    const input = {
      name,
      roles,
      locale,
      organisationId: orNull(organisationId),
      driverId: driver?.id ?? null,
      brandId: user.brandId ?? null,
    };
    await update({ variables: { id: user.id, input } });
    onClose();
  });
  return (
    <FormDialog open onClose={onClose} title={text('user.edit', { name: user.name })} action={text('parts.save')} {...submission}>
      <FormText control={control} name="name" label={text('users.name')} rules={rules.required} autoComplete="off" />
      <UserFields control={control} names={{ roles: 'roles', organisationId: 'organisationId', locale: 'locale' }} />
      <FormDriver control={control} name="driver" label={text('users.driver')} hint={text('users.driverHint')} />
    </FormDialog>
  );
}
