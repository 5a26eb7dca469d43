import Badge from '@mui/icons-material/BadgeOutlined';
import { useMutation } from '@apollo/client/react';
import {
  DataTable,
  EmptyState,
  FilterBar,
  FormCheckbox,
  FormDialog,
  FormSelect,
  FormText,
  RouterLink,
  SearchField,
  useSubmission,
  usePages,
  useUrlFilters,
  type Column,
} from '@ampline/ui';
import { useMemo, useState } from 'react';
import { useForm } from 'react-hook-form';
import { OPERATORS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import { CreateDriverDocument, DriversDocument, UpdateDriverDocument, type DriverRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { fieldRules, orNull } from '../../parts/rules.js';
import { useOrganisations } from '../../parts/use-organisations.js';
import { ListBar } from './list-bar.js';
import { OpenOrClosed } from './open-or-closed.js';

const FILTERS = ['driver'] as const;

/** People who charge, whether they log in or not. */
export function DriverList() {
  const text = useText();
  const operator = useViewer().may(...OPERATORS);
  const filters = useUrlFilters(FILTERS);
  const search = filters.values.driver;
  const variables = useMemo(() => ({ search: search || null }), [search]);
  const pages = usePages(DriversDocument, variables, (data) => data.drivers);
  const [form, setForm] = useState<'new' | DriverRowFragment>();
  const columns = useMemo<[Column<DriverRowFragment>, ...Column<DriverRowFragment>[]]>(
    () => [
      { key: 'name', header: text('users.name'), cell: ({ name }) => name },
      {
        key: 'closed',
        header: text('users.status'),
        width: '150px',
        card: 'badge',
        cell: ({ closed }) => <OpenOrClosed closed={closed} />,
      },
      { key: 'email', header: text('users.email'), cell: ({ email }) => email ?? '–' },
      { key: 'organisation', header: text('users.organisation'), cell: ({ organisation }) => organisation?.name ?? '–' },
      { key: 'reference', header: text('drivers.reference'), from: 'md', cell: ({ externalReference }) => externalReference ?? '–' },
      {
        key: 'tokens',
        header: text('drivers.tokens'),
        width: '130px',
        align: 'end',
        cell: ({ id, name }) => (
          <RouterLink to={`/id-tokens?driver=${id}`} aria-label={`${text('drivers.tokens')}: ${name}`}>
            {text('parts.open')}
          </RouterLink>
        ),
      },
    ],
    [text],
  );
  return (
    <>
      <ListBar {...(operator && { create: { label: text('drivers.create'), onClick: () => setForm('new') } })}>
        <FilterBar active={filters.active} onReset={filters.reset}>
          <SearchField hint={text('drivers.search')} value={search} onChange={(driver) => filters.set({ driver })} />
        </FilterBar>
      </ListBar>
      <DataTable
        label={text('users.tab.drivers')}
        pages={pages}
        rowKey={({ id }) => id}
        {...(operator && { onOpen: setForm })}
        columns={columns}
        maxHeight="max(320px, calc(100dvh - 310px))"
        empty={
          <EmptyState icon={<Badge />} title={text(filters.active ? 'users.empty' : 'drivers.none')}>
            {text(filters.active ? 'parts.filtersHint' : 'drivers.noneHint')}
          </EmptyState>
        }
      />
      {form !== undefined && (
        <DriverForm driver={form === 'new' ? undefined : form} onClose={() => setForm(undefined)} onCreated={pages.reload} />
      )}
    </>
  );
}

interface DriverFormProps {
  driver: DriverRowFragment | undefined;
  onClose: () => void;
  onCreated: () => void;
}

function DriverForm({ driver, onClose, onCreated }: DriverFormProps) {
  const text = useText();
  const rules = fieldRules(text);
  const organisations = useOrganisations({ none: true });
  const form = useForm({
    defaultValues: {
      name: driver?.name ?? '',
      email: driver?.email ?? '',
      phone: driver?.phone ?? '',
      externalReference: driver?.externalReference ?? '',
      organisationId: driver?.organisation?.id ?? '',
      closed: driver?.closed ?? false,
    },
  });
  const { control } = form;
  const [create] = useMutation(CreateDriverDocument);
  const [update] = useMutation(UpdateDriverDocument);
  const submission = useSubmission(form, async ({ name, closed, ...values }) => {
    const input = {
      name,
      email: orNull(values.email),
      phone: orNull(values.phone),
      externalReference: orNull(values.externalReference),
      organisationId: orNull(values.organisationId),
    };
    if (driver === undefined) {
      await create({ variables: { input } });
      onCreated();
    } else {
      await update({ variables: { id: driver.id, input, closed } });
    }
    onClose();
  });
  return (
    <FormDialog
      open
      onClose={onClose}
      title={driver === undefined ? text('drivers.create') : text('drivers.edit', { name: driver.name })}
      action={text(driver === undefined ? 'people.create' : 'parts.save')}
      {...submission}
    >
      <FormText control={control} name="name" label={text('users.name')} rules={rules.required} autoComplete="off" autoFocus />
      <FormText control={control} name="email" type="email" label={text('users.email')} rules={rules.email} autoComplete="off" />
      <FormText control={control} name="phone" type="tel" label={text('drivers.phone')} autoComplete="off" />
      <FormText control={control} name="externalReference" label={text('drivers.reference')} hint={text('drivers.referenceHint')} />
      <FormSelect control={control} name="organisationId" label={text('users.organisation')} options={organisations} />
      {driver !== undefined && <FormCheckbox control={control} name="closed" label={text('people.close')} />}
    </FormDialog>
  );
}
