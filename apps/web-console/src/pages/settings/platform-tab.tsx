import Alert from '@mui/material/Alert';
import Typography from '@mui/material/Typography';
import { DataTable, StatusChip, TimeAgo, useLive, useUiText, wholeList, type Column, type Status, type UiKey } from '@ampline/ui';
import { useMemo, useState } from 'react';
import { PlatformStatusChangedDocument, type PlatformStatusChangedSubscription, type ServiceState } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

type PlatformStatus = PlatformStatusChangedSubscription['platformStatusChanged'];
type Service = PlatformStatus['services'][number];

const LOOKS: Readonly<Record<ServiceState, Status>> = { UP: 'ONLINE', DEGRADED: 'PENDING', DOWN: 'OFFLINE' };
/** Parts that have a name for people. */
const NAMED = ['accounts', 'ocpp-csms', 'ocpp-gateway', 'session-export', 'identity', 'api-gateway'] as const;

/** The parts of the platform, live. */
export function PlatformTab() {
  const text = useText();
  const uiText = useUiText();
  const [status, setStatus] = useState<PlatformStatus>();
  useLive(PlatformStatusChangedDocument, { onData: ({ platformStatusChanged }) => setStatus(platformStatusChanged) });
  const columns = useMemo<[Column<Service>, ...Column<Service>[]]>(() => {
    const nameOf = (name: string) => {
      const known = NAMED.find((one) => one === name);
      return known === undefined ? name : uiText(`ui.service.${known}` satisfies UiKey);
    };
    return [
      { key: 'name', header: text('platform.service'), cell: ({ name }) => nameOf(name) },
      {
        key: 'state',
        header: text('platform.state'),
        width: '180px',
        card: 'badge',
        cell: ({ state }) => <StatusChip status={LOOKS[state]} label={text(`platform.${state}`)} />,
      },
      { key: 'replicas', header: text('platform.replicas'), width: '120px', align: 'end', cell: ({ replicas }) => replicas },
      { key: 'since', header: text('platform.since'), width: '180px', align: 'end', cell: ({ since }) => <TimeAgo at={since} /> },
    ];
  }, [text, uiText]);
  return (
    <>
      <Typography variant="body2" color="textSecondary" sx={{ mb: 2 }}>
        {text('platform.hint')}
      </Typography>
      {status?.live === false && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {text('platform.busAway')}
        </Alert>
      )}
      <DataTable
        label={text('settings.tab.platform')}
        pages={wholeList(status?.services)}
        rowKey={({ name }) => name}
        columns={columns}
        expected={5}
        empty={null}
      />
    </>
  );
}
