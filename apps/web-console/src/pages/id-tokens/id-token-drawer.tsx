import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useMutation } from '@apollo/client/react';
import { ConfirmDialog, DetailDrawer, KeyValues, RouterLink, useToasts } from '@ampline/ui';
import { useState } from 'react';
import { OPERATORS, OWNERS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import { BlockIdTokenDocument, RemoveIdTokenDocument, UnblockIdTokenDocument } from '../../generated/graphql.js';
import { useText, type ConsoleKey } from '../../messages.js';
import type { IdTokenRow } from './id-token.js';
import { IdTokenState } from './id-token-state.js';
import { TokenExpiry } from './token-expiry.js';

type Deed = 'block' | 'unblock' | 'remove';

const DONE = { block: 'idToken.blocked', unblock: 'idToken.unblocked', remove: 'idToken.removed' } as const satisfies Record<
  Deed,
  ConsoleKey
>;

interface IdTokenDrawerProps {
  token: IdTokenRow;
  onClose: () => void;
  onEdit: () => void;
  /** It is not among the active ones any more. */
  onGone: () => void;
}

/** One id token, and what can be done about it. */
export function IdTokenDrawer({ token, onClose, onEdit, onGone }: IdTokenDrawerProps) {
  const text = useText();
  const toasts = useToasts();
  const viewer = useViewer();
  const operator = viewer.may(...OPERATORS);
  const [deed, setDeed] = useState<Deed>();
  const [block] = useMutation(BlockIdTokenDocument);
  const [unblock] = useMutation(UnblockIdTokenDocument);
  const [remove] = useMutation(RemoveIdTokenDocument);
  const { idToken, status } = token;
  const mayBlock = status === 'ACTIVE' && viewer.may(...OPERATORS, ...OWNERS);
  const explanation: Record<Deed, ConsoleKey> = {
    block: operator ? 'idToken.blockText' : 'idToken.blockOwnText',
    unblock: 'idToken.unblockText',
    remove: 'idToken.removeText',
  };
  const confirm = async () => {
    if (deed === undefined) return;
    const deeds = { block, unblock, remove };
    await deeds[deed]({ variables: { idToken } });
    toasts.success(text(DONE[deed], { idToken }));
    if (deed === 'remove') {
      onGone();
      onClose();
    }
  };

  return (
    <DetailDrawer open onClose={onClose} title={idToken}>
      <KeyValues
        items={[
          [text('idTokens.status'), <IdTokenState key="status" token={token} />],
          [text('idTokens.type'), text(`idToken.type.${token.type}`)],
          [text('idTokens.expires'), <TokenExpiry key="expires" at={token.expiresAt} />],
          [text('idTokens.driver'), token.driver?.name],
          ...('organisation' in token ? ([[text('idTokens.organisation'), token.organisation?.name]] as const) : []),
          [text('idTokens.group'), token.groupToken],
          [text('idToken.concurrent'), text(token.allowConcurrent ? 'idToken.yes' : 'idToken.no')],
        ]}
      />
      <div>
        <RouterLink to={`/sessions?idToken=${encodeURIComponent(idToken)}`}>{text('idToken.sessions')}</RouterLink>
      </div>
      {status !== 'REMOVED' && (
        <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
          {operator && (
            <Button variant="outlined" color="inherit" onClick={onEdit}>
              {text('parts.edit')}
            </Button>
          )}
          {mayBlock && (
            <Button variant="outlined" color="error" onClick={() => setDeed('block')}>
              {text('idToken.block')}
            </Button>
          )}
          {status === 'BLOCKED' && operator && (
            <Button variant="outlined" color="inherit" onClick={() => setDeed('unblock')}>
              {text('idToken.unblock')}
            </Button>
          )}
          {operator && (
            <Button variant="outlined" color="error" onClick={() => setDeed('remove')}>
              {text('idToken.remove')}
            </Button>
          )}
        </Box>
      )}
      {deed !== undefined && (
        <ConfirmDialog
          open
          onClose={() => setDeed(undefined)}
          title={text(`idToken.${deed}Title`, { idToken })}
          action={text(`idToken.${deed}`)}
          danger={deed !== 'unblock'}
          onConfirm={confirm}
        >
          {text(explanation[deed])}
        </ConfirmDialog>
      )}
    </DetailDrawer>
  );
}
