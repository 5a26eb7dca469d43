import VerifiedUser from '@mui/icons-material/VerifiedUserOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useMutation, useQuery } from '@apollo/client/react';
import {
  CodeBlock,
  ConfirmDialog,
  DataTable,
  DetailDrawer,
  EmptyState,
  KeyValues,
  Mono,
  StatusChip,
  useFormat,
  useToasts,
  wholeList,
  type Column,
} from '@ampline/ui';
import { useMemo, useState } from 'react';
import { OPERATORS } from '../../../app/roles.js';
import { useViewer } from '../../../app/viewer.js';
import { RevokeMeterKeyDocument, StationMeterKeysDocument, type MeterKeyRowFragment } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import type { ShownStation } from '../shown-station.js';
import { MeterKeyForm } from './meter-key-form.js';

const FINGERPRINT_SHOWN = 16;

/** Keys by which signed values of the station's sessions are verified. */
export function MeterKeysTab({ station }: { station: ShownStation }) {
  const text = useText();
  const viewer = useViewer();
  const { data, error, refetch } = useQuery(StationMeterKeysDocument, { variables: { id: station.id } });
  const keys = data?.station?.meterKeys;
  const [registering, setRegistering] = useState(false);
  const [shown, setShown] = useState<string>();
  const current = keys?.find(({ id }) => id === shown);
  const columns = useMemo<[Column<MeterKeyRowFragment>, ...Column<MeterKeyRowFragment>[]]>(
    () => [
      {
        key: 'key',
        header: text('meterKeys.fingerprint'),
        cell: ({ fingerprint }) => <Mono>{fingerprint.slice(0, FINGERPRINT_SHOWN)}…</Mono>,
      },
      {
        key: 'life',
        header: '',
        width: '140px',
        card: 'badge',
        cell: ({ revokedAt }) => <StatusChip status={revokedAt ? 'REVOKED' : 'ACTIVE'} />,
      },
      { key: 'evse', header: text('meterKeys.evse'), width: '150px', cell: ({ evseNumber }) => evseNumber ?? text('meterKeys.allEvses') },
      { key: 'serial', header: text('meterKeys.serial'), cell: ({ meterSerial }) => meterSerial ?? text('meterKeys.anyMeter') },
      { key: 'algorithm', header: text('meterKeys.algorithm'), from: 'md', cell: ({ algorithm }) => algorithm },
    ],
    [text],
  );
  const mayChange = viewer.may(...OPERATORS);
  return (
    <>
      {mayChange && (
        <Box sx={{ display: 'flex', justifyContent: 'flex-end', mb: 1.5 }}>
          <Button variant="contained" onClick={() => setRegistering(true)}>
            {text('meterKeys.register')}
          </Button>
        </Box>
      )}
      <DataTable
        label={text('station.tab.meterKeys')}
        pages={wholeList(keys, error)}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setShown(id)}
        columns={columns}
        expected={2}
        empty={
          <EmptyState icon={<VerifiedUser />} title={text('meterKeys.none')}>
            {text('meterKeys.noneHint')}
          </EmptyState>
        }
      />
      {registering && (
        <MeterKeyForm station={station} onClose={() => setRegistering(false)} onRegistered={() => void refetch().catch(() => undefined)} />
      )}
      {current && <MeterKeyDrawer meterKey={current} mayChange={mayChange} onClose={() => setShown(undefined)} />}
    </>
  );
}

interface DrawerProps {
  meterKey: MeterKeyRowFragment;
  mayChange: boolean;
  onClose: () => void;
}

function MeterKeyDrawer({ meterKey, mayChange, onClose }: DrawerProps) {
  const text = useText();
  const format = useFormat();
  const toasts = useToasts();
  const [asking, setAsking] = useState(false);
  const [revoke] = useMutation(RevokeMeterKeyDocument);
  const { id, evseNumber, meterSerial, algorithm, fingerprint, publicKey, validFrom, note, revokedAt } = meterKey;
  return (
    <DetailDrawer open onClose={onClose} title={text('meterKeys.key')}>
      <KeyValues
        items={[
          [text('meterKeys.evse'), evseNumber ?? text('meterKeys.allEvses')],
          [text('meterKeys.serial'), meterSerial ?? text('meterKeys.anyMeter')],
          [text('meterKeys.algorithm'), algorithm],
          [text('meterKeys.validFrom'), validFrom ? format.dateTime(validFrom) : text('meterKeys.ever')],
          [
            text('meterKeys.registered'),
            `${format.dateTime(meterKey.registeredAt)} · ${meterKey.registeredByName ?? meterKey.registeredBy}`,
          ],
          [text('meterKeys.note'), note],
        ]}
      />
      <KeyValues minWidth={400} items={[[text('meterKeys.fingerprint'), <Mono key="fingerprint">{fingerprint}</Mono>]]} />
      <CodeBlock text={publicKey} label={text('meterKeys.key')} />
      {mayChange && !revokedAt && (
        <div>
          <Button variant="outlined" color="error" onClick={() => setAsking(true)}>
            {text('meterKeys.revoke')}
          </Button>
        </div>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={text('meterKeys.revokeTitle')}
        action={text('meterKeys.revoke')}
        danger
        onConfirm={async () => {
          await revoke({ variables: { id } });
          toasts.success(text('meterKeys.revoked'));
        }}
      >
        {text('meterKeys.revokeText')}
      </ConfirmDialog>
    </DetailDrawer>
  );
}
