import Group from '@mui/icons-material/GroupOutlined';
import {
  DataTable,
  EmptyState,
  FilterBar,
  SearchField,
  SelectFilter,
  StatusChip,
  useFormat,
  usePages,
  useUiText,
  useUrlFilters,
  type Column,
} from '@ampline/ui';
import { useMemo, useState } from 'react';
import { ADMINS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import { UsersDocument, type UserFilter, type UserRowFragment, type UserStatus } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { InvitationShown, type Invitation } from './invitation-shown.js';
import { ListBar } from './list-bar.js';
import { OFFERED } from './roles-offered.js';
import { UserDrawer } from './user-drawer.js';
import { InviteForm } from './invite-form.js';

const FILTERS = ['search', 'status', 'role'] as const;
const STATUSES: readonly UserStatus[] = ['ACTIVE', 'INVITED', 'DISABLED', 'DELETED'];

function filterOf(values: Readonly<Record<(typeof FILTERS)[number], string>>): UserFilter {
  const status = STATUSES.find((one) => one === values.status);
  const role = OFFERED.find((one) => one === values.role);
  return { ...(values.search && { search: values.search }), ...(status && { status }), ...(role && { role }) };
}

/** People who log in. */
export function UserList() {
  const text = useText();
  const uiText = useUiText();
  const format = useFormat();
  const viewer = useViewer();
  const filters = useUrlFilters(FILTERS);
  const { values, set } = filters;
  const variables = useMemo(() => ({ filter: filterOf(values) }), [values]);
  const pages = usePages(UsersDocument, variables, (data) => data.users);
  const [shown, setShown] = useState<string>();
  const [inviting, setInviting] = useState(false);
  const [invitation, setInvitation] = useState<Invitation>();
  const current = pages.rows.find(({ id }) => id === shown);

  const columns = useMemo<[Column<UserRowFragment>, ...Column<UserRowFragment>[]]>(
    () => [
      { key: 'name', header: text('users.name'), cell: ({ id, name }) => (id === viewer.id ? `${name} (${text('users.you')})` : name) },
      { key: 'status', header: text('users.status'), width: '140px', card: 'badge', cell: ({ status }) => <StatusChip status={status} /> },
      { key: 'email', header: text('users.email'), width: '28%', cell: ({ email }) => email },
      { key: 'roles', header: text('users.roles'), cell: ({ roles }) => roles.map((role) => text(`role.${role}`)).join(', ') },
      {
        key: 'created',
        header: text('users.created'),
        width: '120px',
        align: 'end',
        from: 'lg',
        cell: ({ createdAt }) => format.date(createdAt),
      },
    ],
    [format, text, viewer.id],
  );

  return (
    <>
      <ListBar {...(viewer.may(...ADMINS) && { create: { label: text('users.invite'), onClick: () => setInviting(true) } })}>
        <FilterBar active={filters.active} onReset={filters.reset}>
          <SearchField hint={text('users.search')} value={values.search} onChange={(search) => set({ search })} />
          <SelectFilter
            label={text('users.status')}
            value={values.status}
            onChange={(status) => set({ status })}
            all={text('users.notDeleted')}
            options={STATUSES.map((value) => ({ value, label: uiText(`ui.status.${value}`) }))}
          />
          <SelectFilter
            label={text('users.role')}
            value={values.role}
            onChange={(role) => set({ role })}
            options={OFFERED.map((value) => ({ value, label: text(`role.${value}`) }))}
          />
        </FilterBar>
      </ListBar>
      <DataTable
        label={text('users.tab.users')}
        pages={pages}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setShown(id)}
        columns={columns}
        maxHeight="max(320px, calc(100dvh - 310px))"
        empty={
          <EmptyState icon={<Group />} title={text(filters.active ? 'users.empty' : 'users.none')}>
            {text(filters.active ? 'parts.filtersHint' : 'users.noneHint')}
          </EmptyState>
        }
      />
      {current && <UserDrawer user={current} onClose={() => setShown(undefined)} onGone={pages.reload} onInvited={setInvitation} />}
      {inviting && (
        <InviteForm
          onClose={() => setInviting(false)}
          onInvited={(made) => {
            setInvitation(made);
            pages.reload();
          }}
        />
      )}
      {invitation && <InvitationShown invitation={invitation} onClose={() => setInvitation(undefined)} />}
    </>
  );
}
