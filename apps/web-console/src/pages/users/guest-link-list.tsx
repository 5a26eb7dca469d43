import LinkIcon from '@mui/icons-material/LinkOutlined';
import Button from '@mui/material/Button';
import { useMutation } from '@apollo/client/react';
import {
  ConfirmDialog,
  DataTable,
  DetailDrawer,
  EmptyState,
  KeyValues,
  RouterLink,
  StatusChip,
  useFormat,
  useNow,
  usePages,
  useToasts,
  type Column,
} from '@ampline/ui';
import { useMemo, useState } from 'react';
import { GuestLinksDocument, RevokeGuestLinkDocument, type GuestLinkRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { lifeOf } from './life.js';

const NOTHING = {};
const MINUTE_MS = 60_000;

/** Links by which guests follow one session each. */
export function GuestLinkList() {
  const text = useText();
  const format = useFormat();
  const now = useNow(MINUTE_MS);
  const pages = usePages(GuestLinksDocument, NOTHING, (data) => data.guestLinks);
  const [shown, setShown] = useState<string>();
  const current = pages.rows.find(({ id }) => id === shown);
  const columns = useMemo<[Column<GuestLinkRowFragment>, ...Column<GuestLinkRowFragment>[]]>(
    () => [
      { key: 'link', header: text('guests.session'), cell: ({ resource }) => text('guests.link', { id: sessionOf(resource).slice(0, 8) }) },
      {
        key: 'life',
        header: text('users.status'),
        width: '140px',
        card: 'badge',
        cell: (link) => <StatusChip status={lifeOf(link, now)} />,
      },
      { key: 'created', header: text('guests.created'), width: '180px', cell: ({ createdAt }) => format.dateTime(createdAt) },
      { key: 'expires', header: text('guests.expires'), width: '180px', align: 'end', cell: ({ expiresAt }) => format.dateTime(expiresAt) },
    ],
    [format, now, text],
  );
  return (
    <>
      <DataTable
        label={text('users.tab.guests')}
        pages={pages}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setShown(id)}
        columns={columns}
        expected={4}
        maxHeight="max(320px, calc(100dvh - 310px))"
        empty={
          <EmptyState icon={<LinkIcon />} title={text('guests.none')}>
            {text('guests.noneHint')}
          </EmptyState>
        }
      />
      {current && <GuestLinkDrawer link={current} now={now} onClose={() => setShown(undefined)} />}
    </>
  );
}

function GuestLinkDrawer({ link, now, onClose }: { link: GuestLinkRowFragment; now: number; onClose: () => void }) {
  const text = useText();
  const format = useFormat();
  const toasts = useToasts();
  const [asking, setAsking] = useState(false);
  const [revoke] = useMutation(RevokeGuestLinkDocument);
  const life = lifeOf(link, now);
  return (
    <DetailDrawer open onClose={onClose} title={text('guests.title')}>
      <KeyValues
        items={[
          [text('users.status'), <StatusChip key="life" status={life} />],
          [text('guests.created'), format.dateTime(link.createdAt)],
          [text('guests.expires'), format.dateTime(link.expiresAt)],
        ]}
      />
      <div>
        <RouterLink to={`/sessions/${sessionOf(link.resource)}`}>{text('guests.open')}</RouterLink>
      </div>
      {life === 'ACTIVE' && (
        <div>
          <Button variant="outlined" color="error" onClick={() => setAsking(true)}>
            {text('keys.revoke')}
          </Button>
        </div>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={text('guests.revokeTitle')}
        action={text('keys.revoke')}
        danger
        onConfirm={async () => {
          await revoke({ variables: { id: link.id } });
          toasts.success(text('guests.revoked'));
        }}
      >
        {text('guests.revokeText')}
      </ConfirmDialog>
    </DetailDrawer>
  );
}

/** Id in a resource such as `session:<id>`. */
function sessionOf(resource: string): string {
  return resource.slice(resource.indexOf(':') + 1);
}
