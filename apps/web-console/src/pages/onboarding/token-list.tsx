import VpnKey from '@mui/icons-material/VpnKeyOutlined';
import Button from '@mui/material/Button';
import { useMutation } from '@apollo/client/react';
import {
  ConfirmDialog,
  DataTable,
  EmptyState,
  StatusChip,
  useFormat,
  useNow,
  usePages,
  useToasts,
  type Column,
  type Status,
} from '@ampline/ui';
import { useMemo, useState } from 'react';
import { OPERATORS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import { RegistrationTokensDocument, RevokeRegistrationTokenDocument, type RegistrationTokenRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { lastDayBefore } from '../../parts/dates.js';
import { OnceShown } from '../../parts/once-shown.js';
import { ListBar } from '../users/list-bar.js';
import { TokenForm } from './token-form.js';

const NOTHING = {};
const MINUTE_MS = 60_000;

function stateOf({ revokedAt, expiresAt, uses, maxUses }: RegistrationTokenRowFragment, now: number): Status {
  if (revokedAt) return 'REVOKED';
  if (Date.parse(expiresAt) <= now) return 'EXPIRED';
  return uses >= maxUses ? 'COMPLETED' : 'ACTIVE';
}

/** Tokens that let stations in that nobody has entered. */
export function TokenList() {
  const text = useText();
  const format = useFormat();
  const toasts = useToasts();
  const now = useNow(MINUTE_MS);
  const operates = useViewer().may(...OPERATORS);
  const pages = usePages(RegistrationTokensDocument, NOTHING, (data) => data.registrationTokens);
  const [creating, setCreating] = useState(false);
  const [made, setMade] = useState<{ name: string; token: string }>();
  const [revoking, setRevoking] = useState<RegistrationTokenRowFragment>();
  const [revoke] = useMutation(RevokeRegistrationTokenDocument);
  const columns = useMemo<[Column<RegistrationTokenRowFragment>, ...Column<RegistrationTokenRowFragment>[]]>(
    () => [
      { key: 'name', header: text('onboarding.token.name'), cell: ({ name }) => name },
      {
        key: 'state',
        header: text('stations.state'),
        width: '140px',
        card: 'badge',
        cell: (token) => {
          const status = stateOf(token, now);
          return status === 'COMPLETED' ? (
            <StatusChip status={status} label={text('onboarding.token.used')} />
          ) : (
            <StatusChip status={status} />
          );
        },
      },
      { key: 'location', header: text('onboarding.location'), cell: ({ location }) => location.name },
      {
        key: 'uses',
        header: text('onboarding.token.uses'),
        width: '120px',
        align: 'end',
        cell: ({ uses, maxUses }) => text('onboarding.token.usesOf', { uses, maxUses }),
      },
      {
        key: 'shared',
        header: text('onboarding.token.shared'),
        width: '150px',
        align: 'end',
        from: 'md',
        cell: ({ shared }) => format.integer(shared),
      },
      {
        key: 'expires',
        header: text('onboarding.token.expires'),
        width: '130px',
        align: 'end',
        cell: ({ expiresAt }) => format.date(`${lastDayBefore(expiresAt)}T12:00`),
      },
      ...(operates
        ? [
            {
              key: 'revoke',
              header: text('onboarding.decide'),
              width: '130px',
              align: 'end' as const,
              cell: (token: RegistrationTokenRowFragment) =>
                stateOf(token, now) === 'ACTIVE' && (
                  <Button
                    size="small"
                    color="error"
                    aria-label={text('onboarding.token.revokeName', { name: token.name })}
                    onClick={() => setRevoking(token)}
                  >
                    {text('onboarding.token.revoke')}
                  </Button>
                ),
            },
          ]
        : []),
    ],
    [format, now, operates, text],
  );
  return (
    <>
      <ListBar {...(operates && { create: { label: text('onboarding.token.create'), onClick: () => setCreating(true) } })} />
      <DataTable
        label={text('onboarding.tab.tokens')}
        pages={pages}
        rowKey={({ id }) => id}
        columns={columns}
        expected={3}
        maxHeight="max(320px, calc(100dvh - 450px))"
        empty={
          <EmptyState icon={<VpnKey />} title={text('onboarding.noTokens')}>
            {text('onboarding.noTokensHint')}
          </EmptyState>
        }
      />
      {creating && (
        <TokenForm
          onClose={() => setCreating(false)}
          onCreated={(name, token) => {
            setMade({ name, token });
            pages.reload();
          }}
        />
      )}
      {made && (
        <OnceShown
          title={text('onboarding.token.made', { name: made.name })}
          label={text('onboarding.token.token')}
          value={made.token}
          onClose={() => setMade(undefined)}
        >
          {text('onboarding.token.madeText')}
        </OnceShown>
      )}
      <ConfirmDialog
        open={revoking !== undefined}
        onClose={() => setRevoking(undefined)}
        title={text('onboarding.token.revokeTitle', { name: revoking?.name ?? '' })}
        action={text('onboarding.token.revoke')}
        danger
        onConfirm={async () => {
          await revoke({ variables: { id: revoking?.id ?? '' } });
          toasts.success(text('onboarding.token.revoked', { name: revoking?.name ?? '' }));
        }}
      >
        {text('onboarding.token.revokeText', { shared: revoking?.shared ?? 0 })}
      </ConfirmDialog>
    </>
  );
}
