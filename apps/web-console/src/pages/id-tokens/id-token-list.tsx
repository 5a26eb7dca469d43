import Add from '@mui/icons-material/Add';
import CreditCard from '@mui/icons-material/CreditCardOutlined';
import Groups from '@mui/icons-material/GroupsOutlined';
import Button from '@mui/material/Button';
import { useQuery } from '@apollo/client/react';
import {
  DataTable,
  EmptyState,
  FilterBar,
  Mono,
  PageHeader,
  SearchField,
  SelectFilter,
  Stale,
  useUiText,
  useUrlFilters,
  type Column,
  type Pages,
} from '@ampline/ui';
import { useMemo, useState } from 'react';
import { OPERATORS, PEOPLE_READERS } from '../../app/roles.js';
import { SERVICES } from '../../app/services.js';
import { useViewer } from '../../app/viewer.js';
import { TokenGroupsDocument } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { useOrganisations } from '../../parts/use-organisations.js';
import type { IdTokenRow } from './id-token.js';
import { IdTokenDrawer } from './id-token-drawer.js';
import { FILTERS, STATUSES } from './id-token-filter.js';
import { IdTokenState } from './id-token-state.js';
import { IdTokenForm } from './id-token-form.js';
import { TokenExpiry } from './token-expiry.js';
import { TokenGroupsDrawer } from './token-groups.js';

/** Id tokens with what can be done about them. */
export function IdTokenList({ pages }: { pages: Pages<IdTokenRow> }) {
  const text = useText();
  const uiText = useUiText();
  const viewer = useViewer();
  const staff = viewer.may(...PEOPLE_READERS);
  const seesOrganisations = staff || viewer.may('FLEET_MANAGER');
  const filters = useUrlFilters(FILTERS);
  const { values, set } = filters;
  const groups = useQuery(TokenGroupsDocument, { skip: !staff }).data?.tokenGroups.nodes ?? [];
  const organisations = useOrganisations({ none: false, skip: !staff });
  const [shown, setShown] = useState<string>();
  const [form, setForm] = useState<'new' | IdTokenRow>();
  const [groupsShown, setGroupsShown] = useState(false);
  const current = pages.rows.find(({ id }) => id === shown);

  const columns = useMemo<[Column<IdTokenRow>, ...Column<IdTokenRow>[]]>(
    () => [
      { key: 'idToken', header: text('idTokens.idToken'), cell: ({ idToken }) => <Mono>{idToken}</Mono> },
      {
        key: 'status',
        header: text('idTokens.status'),
        width: '130px',
        card: 'badge',
        cell: (token) => <IdTokenState token={token} />,
      },
      { key: 'driver', header: text('idTokens.driver'), cell: ({ driver }) => driver?.name ?? '–' },
      ...(seesOrganisations
        ? [
            {
              key: 'organisation',
              header: text('idTokens.organisation'),
              cell: ({ organisation }: IdTokenRow) => organisation?.name ?? '–',
            },
          ]
        : []),
      { key: 'group', header: text('idTokens.group'), width: '14%', from: 'md', cell: ({ groupToken }) => groupToken ?? '–' },
      {
        key: 'expires',
        header: text('idTokens.expires'),
        width: '130px',
        align: 'end',
        cell: ({ expiresAt }) => <TokenExpiry at={expiresAt} />,
      },
    ],
    [seesOrganisations, text],
  );

  return (
    <>
      <PageHeader
        title={text(staff ? 'idTokens.title' : 'idTokens.own')}
        actions={
          <>
            {staff && (
              <Button variant="outlined" color="inherit" startIcon={<Groups />} onClick={() => setGroupsShown(true)}>
                {text('idTokens.groups')}
              </Button>
            )}
            {viewer.may(...OPERATORS) && (
              <Button variant="contained" startIcon={<Add />} onClick={() => setForm('new')}>
                {text('idTokens.create')}
              </Button>
            )}
          </>
        }
      />
      <FilterBar active={filters.active} onReset={filters.reset}>
        <SearchField hint={text('idTokens.search')} value={values.search} onChange={(search) => set({ search })} />
        <SelectFilter
          label={text('idTokens.status')}
          value={values.status}
          onChange={(status) => set({ status })}
          all={text('idTokens.activeAndBlocked')}
          options={STATUSES.map((value) => ({ value, label: uiText(`ui.status.${value}`) }))}
        />
        {staff && (
          <SelectFilter
            label={text('idTokens.group')}
            value={values.group}
            onChange={(group) => set({ group })}
            options={groups.map(({ id, name }) => ({ value: id, label: name }))}
          />
        )}
        {staff && (
          <SelectFilter
            label={text('idTokens.organisation')}
            value={values.organisation}
            onChange={(organisation) => set({ organisation })}
            options={organisations}
          />
        )}
      </FilterBar>
      <Stale services={SERVICES.people}>
        <DataTable
          label={text('idTokens.title')}
          pages={pages}
          rowKey={({ id }) => id}
          onOpen={({ id }) => setShown(id)}
          columns={columns}
          expected={15}
          empty={
            <EmptyState icon={<CreditCard />} title={text(filters.active ? 'idTokens.empty' : 'idTokens.none')}>
              {text(filters.active ? 'parts.filtersHint' : staff ? 'idTokens.noneHint' : 'idTokens.noneOwn')}
            </EmptyState>
          }
        />
      </Stale>
      {current && (
        <IdTokenDrawer token={current} onClose={() => setShown(undefined)} onEdit={() => setForm(current)} onGone={pages.reload} />
      )}
      {form !== undefined && (
        <IdTokenForm
          token={form === 'new' ? undefined : form}
          groups={groups}
          onClose={() => setForm(undefined)}
          onCreated={pages.reload}
        />
      )}
      {staff && <TokenGroupsDrawer open={groupsShown} groups={groups} onClose={() => setGroupsShown(false)} />}
    </>
  );
}
