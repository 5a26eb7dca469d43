import Key from '@mui/icons-material/KeyOutlined';
import Button from '@mui/material/Button';
import Box from '@mui/material/Box';
import { useMutation } from '@apollo/client/react';
import {
  ConfirmDialog,
  DataTable,
  DetailDrawer,
  EmptyState,
  KeyValues,
  Mono,
  StatusChip,
  TimeAgo,
  useFormat,
  useNow,
  usePages,
  useToasts,
  type Column,
} from '@ampline/ui';
import { useMemo, useState } from 'react';
import { ApiKeysDocument, RevokeApiKeyDocument, type ApiKeyRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { lastDayBefore } from '../../parts/dates.js';
import { OnceShown } from '../../parts/once-shown.js';
import { ApiKeyForm } from './api-key-form.js';
import { lifeOf } from './life.js';
import { ListBar } from './list-bar.js';
import { useScopeText } from './use-scope-text.js';

const NOTHING = {};
const MINUTE_MS = 60_000;

/** Keys by which other systems ask the platform. */
export function ApiKeyList() {
  const text = useText();
  const now = useNow(MINUTE_MS);
  const pages = usePages(ApiKeysDocument, NOTHING, (data) => data.apiKeys);
  const [creating, setCreating] = useState(false);
  const [made, setMade] = useState<{ name: string; secret: string }>();
  const [shown, setShown] = useState<string>();
  const current = pages.rows.find(({ id }) => id === shown);
  const columns = useMemo<[Column<ApiKeyRowFragment>, ...Column<ApiKeyRowFragment>[]]>(
    () => [
      { key: 'name', header: text('keys.name'), cell: ({ name }) => name },
      { key: 'life', header: text('users.status'), width: '140px', card: 'badge', cell: (key) => <StatusChip status={lifeOf(key, now)} /> },
      { key: 'prefix', header: text('keys.prefix'), width: '150px', cell: ({ prefix }) => <Mono>{prefix}…</Mono> },
      { key: 'scopes', header: text('keys.scopes'), from: 'md', cell: ({ scopes }) => scopes.join(', ') },
      {
        key: 'used',
        header: text('keys.used'),
        width: '150px',
        align: 'end',
        cell: ({ lastUsedAt }) => (lastUsedAt ? <TimeAgo at={lastUsedAt} /> : text('keys.never')),
      },
    ],
    [now, text],
  );
  return (
    <>
      <ListBar create={{ label: text('keys.create'), onClick: () => setCreating(true) }} />
      <DataTable
        label={text('users.tab.keys')}
        pages={pages}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setShown(id)}
        columns={columns}
        expected={4}
        maxHeight="max(320px, calc(100dvh - 310px))"
        empty={
          <EmptyState icon={<Key />} title={text('keys.none')}>
            {text('keys.noneHint')}
          </EmptyState>
        }
      />
      {creating && (
        <ApiKeyForm
          onClose={() => setCreating(false)}
          onCreated={(name, secret) => {
            setMade({ name, secret });
            pages.reload();
          }}
        />
      )}
      {made && (
        <OnceShown
          title={text('keys.made', { name: made.name })}
          label={text('keys.secret')}
          value={made.secret}
          onClose={() => setMade(undefined)}
        >
          {text('keys.madeText')}
        </OnceShown>
      )}
      {current && <ApiKeyDrawer apiKey={current} now={now} onClose={() => setShown(undefined)} />}
    </>
  );
}

function ApiKeyDrawer({ apiKey, now, onClose }: { apiKey: ApiKeyRowFragment; now: number; onClose: () => void }) {
  const text = useText();
  const format = useFormat();
  const toasts = useToasts();
  const scopeText = useScopeText();
  const [asking, setAsking] = useState(false);
  const [revoke] = useMutation(RevokeApiKeyDocument);
  const { id, name, scopes, expiresAt } = apiKey;
  const life = lifeOf(apiKey, now);
  return (
    <DetailDrawer open onClose={onClose} title={name}>
      <KeyValues
        items={[
          [text('users.status'), <StatusChip key="life" status={life} />],
          [text('keys.prefix'), <Mono key="prefix">{apiKey.prefix}…</Mono>],
          [text('keys.perMinute'), format.integer(apiKey.requestsPerMinute)],
          [text('keys.created'), format.dateTime(apiKey.createdAt)],
          [text('keys.expires'), expiresAt ? format.date(`${lastDayBefore(expiresAt)}T12:00`) : text('keys.never')],
          [text('keys.used'), apiKey.lastUsedAt ? format.dateTime(apiKey.lastUsedAt) : text('keys.never')],
        ]}
      />
      <KeyValues
        minWidth={400}
        items={[
          [
            text('keys.scopes'),
            <Box key="scopes" component="ul" sx={{ m: 0, pl: 2.5 }}>
              {scopes.map((scope) => (
                <li key={scope}>{scopeText(scope)}</li>
              ))}
            </Box>,
          ],
        ]}
      />
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
        title={text('keys.revokeTitle', { name })}
        action={text('keys.revoke')}
        danger
        onConfirm={async () => {
          await revoke({ variables: { id } });
          toasts.success(text('keys.revoked', { name }));
        }}
      >
        {text('keys.revokeText')}
      </ConfirmDialog>
    </DetailDrawer>
  );
}
