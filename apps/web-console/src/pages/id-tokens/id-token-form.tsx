import { useMutation } from '@apollo/client/react';
import { FormCheckbox, FormDialog, FormSelect, FormText, useSubmission, useToasts } from '@ampline/ui';
import { useForm } from 'react-hook-form';
import { PutIdTokenDocument, type IdTokenType, type TokenGroupRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import type { Choice } from '../../parts/async-choice.js';
import { dayEnds, lastDayBefore } from '../../parts/dates.js';
import { driverChoice, FormDriver } from '../../parts/form-driver.js';
import { fieldRules, orNull } from '../../parts/rules.js';
import { useOrganisations } from '../../parts/use-organisations.js';
import type { IdTokenRow } from './id-token.js';
import { TYPES } from './id-token-filter.js';

/** Printable ASCII without a space at either end. */
const ID_TOKEN = /^[!-~](?:[ -~]{0,34}[!-~])?$/;

interface IdTokenFormProps {
  /** Undefined for a new one. */
  token: IdTokenRow | undefined;
  groups: readonly TokenGroupRowFragment[];
  onClose: () => void;
  onCreated: () => void;
}

interface Values {
  idToken: string;
  type: IdTokenType;
  expiresOn: string;
  groupId: string;
  driver: Choice | null;
  organisationId: string;
  allowConcurrent: boolean;
}

/** Creates an id token or changes one. */
export function IdTokenForm({ token, groups, onClose, onCreated }: IdTokenFormProps) {
  const text = useText();
  const toasts = useToasts();
  const rules = fieldRules(text);
  const organisations = useOrganisations({ none: true });
  const form = useForm<Values>({
    defaultValues: {
      idToken: token?.idToken ?? '',
      type: token?.type ?? 'ISO14443',
      expiresOn: token?.expiresAt ? lastDayBefore(token.expiresAt) : '',
      groupId: token?.groupId ?? '',
      driver: token?.driver ? driverChoice(token.driver) : null,
      organisationId: token?.organisation?.id ?? '',
      allowConcurrent: token?.allowConcurrent ?? false,
    },
  });
  const { control } = form;
  const [put] = useMutation(PutIdTokenDocument);
  const submission = useSubmission(form, async (values) => {
    const input = {
      idToken: values.idToken,
      type: values.type,
      expiresAt: dayEnds(values.expiresOn) ?? null,
      groupId: orNull(values.groupId),
      driverId: values.driver?.id ?? null,
      organisationId: orNull(values.organisationId),
      allowConcurrent: values.allowConcurrent,
    };
    await put({ variables: { input } });
    toasts.success(text(token === undefined ? 'idToken.created' : 'idToken.changed', { idToken: values.idToken }));
    if (token === undefined) onCreated();
    onClose();
  });

  return (
    <FormDialog
      open
      onClose={onClose}
      title={token === undefined ? text('idToken.createTitle') : text('idToken.editTitle', { idToken: token.idToken })}
      action={text(token === undefined ? 'idToken.create' : 'parts.save')}
      {...submission}
    >
      {token === undefined && (
        <FormText
          control={control}
          name="idToken"
          label={text('idToken.text')}
          hint={text('idToken.textHint')}
          rules={{ ...rules.required, pattern: { value: ID_TOKEN, message: text('idToken.badText') } }}
          autoComplete="off"
          autoFocus
        />
      )}
      <FormSelect
        control={control}
        name="type"
        label={text('idTokens.type')}
        options={TYPES.map((value) => ({ value, label: text(`idToken.type.${value}`) }))}
      />
      <FormDriver control={control} name="driver" label={text('idTokens.driver')} />
      <FormSelect control={control} name="organisationId" label={text('idTokens.organisation')} options={organisations} />
      <FormSelect
        control={control}
        name="groupId"
        label={text('idTokens.group')}
        hint={text('idToken.groupHint')}
        options={[{ value: '', label: text('parts.none') }, ...groups.map(({ id, name }) => ({ value: id, label: name }))]}
      />
      <FormText
        control={control}
        name="expiresOn"
        type="date"
        label={text('idToken.expiresAt')}
        hint={text('idToken.expiresHint')}
        slotProps={{ inputLabel: { shrink: true } }}
      />
      <FormCheckbox control={control} name="allowConcurrent" label={text('idToken.allowConcurrent')} />
    </FormDialog>
  );
}
