import Business from '@mui/icons-material/BusinessOutlined';
import { useMutation } from '@apollo/client/react';
import { DataTable, EmptyState, FormCheckbox, FormDialog, FormSelect, FormText, useSubmission, usePages, type Column } from '@ampline/ui';
import { useMemo, useState } from 'react';
import { useForm } from 'react-hook-form';
import { ADMINS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import {
  CreateOrganisationDocument,
  OrganisationsDocument,
  UpdateOrganisationDocument,
  type OrganisationKind,
  type OrganisationRowFragment,
} from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { fieldRules, orNull } from '../../parts/rules.js';
import { ListBar } from './list-bar.js';
import { OpenOrClosed } from './open-or-closed.js';

const KINDS: readonly OrganisationKind[] = ['FLEET', 'SITE_HOST', 'PARTNER'];
const NOTHING = {};

/** Fleets, site hosts and partners. */
export function OrganisationList() {
  const text = useText();
  const admin = useViewer().may(...ADMINS);
  const pages = usePages(OrganisationsDocument, NOTHING, (data) => data.organisations);
  const [form, setForm] = useState<'new' | OrganisationRowFragment>();
  const columns = useMemo<[Column<OrganisationRowFragment>, ...Column<OrganisationRowFragment>[]]>(
    () => [
      { key: 'name', header: text('users.name'), cell: ({ name }) => name },
      {
        key: 'closed',
        header: text('users.status'),
        width: '150px',
        card: 'badge',
        cell: ({ closed }) => <OpenOrClosed closed={closed} />,
      },
      { key: 'kind', header: text('organisations.kind'), width: '20%', cell: ({ kind }) => text(`organisations.kind.${kind}`) },
      { key: 'reference', header: text('drivers.reference'), width: '20%', cell: ({ externalReference }) => externalReference ?? '–' },
    ],
    [text],
  );
  return (
    <>
      <ListBar {...(admin && { create: { label: text('organisations.create'), onClick: () => setForm('new') } })} />
      <DataTable
        label={text('users.tab.organisations')}
        pages={pages}
        rowKey={({ id }) => id}
        {...(admin && { onOpen: setForm })}
        columns={columns}
        maxHeight="max(320px, calc(100dvh - 310px))"
        empty={
          <EmptyState icon={<Business />} title={text('organisations.none')}>
            {text('organisations.noneHint')}
          </EmptyState>
        }
      />
      {form !== undefined && (
        <OrganisationForm organisation={form === 'new' ? undefined : form} onClose={() => setForm(undefined)} onCreated={pages.reload} />
      )}
    </>
  );
}

interface OrganisationFormProps {
  organisation: OrganisationRowFragment | undefined;
  onClose: () => void;
  onCreated: () => void;
}

function OrganisationForm({ organisation, onClose, onCreated }: OrganisationFormProps) {
  const text = useText();
  const rules = fieldRules(text);
  const form = useForm({
    defaultValues: {
      name: organisation?.name ?? '',
      kind: organisation?.kind ?? 'FLEET',
      externalReference: organisation?.externalReference ?? '',
      closed: organisation?.closed ?? false,
    },
  });
  const { control } = form;
  const [create] = useMutation(CreateOrganisationDocument);
  const [update] = useMutation(UpdateOrganisationDocument);
  const submission = useSubmission(form, async ({ name, kind, externalReference, closed }) => {
    const input = { name, kind, externalReference: orNull(externalReference) };
    if (organisation === undefined) {
      await create({ variables: { input } });
      onCreated();
    } else {
      await update({ variables: { id: organisation.id, input, closed } });
    }
    onClose();
  });
  return (
    <FormDialog
      open
      onClose={onClose}
      title={organisation === undefined ? text('organisations.create') : text('organisations.edit', { name: organisation.name })}
      action={text(organisation === undefined ? 'people.create' : 'parts.save')}
      {...submission}
    >
      <FormText control={control} name="name" label={text('users.name')} rules={rules.required} autoComplete="off" autoFocus />
      <FormSelect
        control={control}
        name="kind"
        label={text('organisations.kind')}
        options={KINDS.map((value) => ({ value, label: text(`organisations.kind.${value}`) }))}
      />
      <FormText control={control} name="externalReference" label={text('drivers.reference')} hint={text('drivers.referenceHint')} />
      {organisation !== undefined && <FormCheckbox control={control} name="closed" label={text('people.close')} />}
    </FormDialog>
  );
}
