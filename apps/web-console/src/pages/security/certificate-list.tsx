import WorkspacePremium from '@mui/icons-material/WorkspacePremiumOutlined';
import { DataTable, EmptyState, FilterBar, SelectFilter, StatusChip, useFormat, useNow, usePages, type Column } from '@ampline/ui';
import { useMemo, useState } from 'react';
import { StationCertificatesDocument, type CertificateRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { CertificateDrawer } from './certificate-drawer.js';
import { CERTIFICATE_LOOKS } from './security-words.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const WITHIN_DAYS = ['30', '90', '365'] as const;

/** Client certificates: of one station, or of all, those that end first first. */
export function CertificateList({ stationId }: { stationId?: string }) {
  const text = useText();
  const format = useFormat();
  const now = useNow(HOUR_MS);
  const [within, setWithin] = useState('');
  const [shownId, setShownId] = useState<string>();
  const variables = useMemo(
    () => ({
      ...(stationId !== undefined && { stationId }),
      ...(within !== '' && { endsBefore: new Date(now + Number(within) * DAY_MS).toISOString() }),
    }),
    [now, stationId, within],
  );
  const pages = usePages(StationCertificatesDocument, variables, (data) => data.stationCertificates);
  const shown = pages.rows.find(({ id }) => id === shownId);
  const columns = useMemo<[Column<CertificateRowFragment>, ...Column<CertificateRowFragment>[]]>(
    () => [
      {
        key: 'station',
        header: text(stationId === undefined ? 'security.station' : 'security.subject'),
        cell: ({ stationIdentity, subject }) => (stationId === undefined ? stationIdentity : subject),
      },
      {
        key: 'state',
        header: text('security.state'),
        width: '150px',
        card: 'badge',
        cell: ({ state }) => <StatusChip status={CERTIFICATE_LOOKS[state]} label={text(`security.certificate.${state}`)} />,
      },
      { key: 'issuer', header: text('security.issuer'), from: 'lg', cell: ({ issuer }) => issuer },
      { key: 'ends', header: text('security.ends'), width: '150px', align: 'end', cell: ({ notAfter }) => format.date(notAfter) },
    ],
    [format, stationId, text],
  );
  return (
    <>
      {stationId === undefined && (
        <FilterBar active={within !== ''} onReset={() => setWithin('')}>
          <SelectFilter
            label={text('security.endsWithin')}
            value={within}
            onChange={setWithin}
            options={WITHIN_DAYS.map((value) => ({ value, label: text('security.days', { count: Number(value) }) }))}
          />
        </FilterBar>
      )}
      <DataTable
        label={text('security.tab.certificates')}
        pages={pages}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setShownId(id)}
        columns={columns}
        expected={5}
        maxHeight="max(320px, calc(100dvh - 360px))"
        empty={
          <EmptyState icon={<WorkspacePremium />} title={text('security.noCertificates')}>
            {text('security.noCertificatesHint')}
          </EmptyState>
        }
      />
      {shown && <CertificateDrawer certificate={shown} onClose={() => setShownId(undefined)} />}
    </>
  );
}
