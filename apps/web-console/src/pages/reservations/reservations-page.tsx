import Add from '@mui/icons-material/Add';
import EventAvailable from '@mui/icons-material/EventAvailableOutlined';
import Button from '@mui/material/Button';
import {
  DataTable,
  EmptyState,
  FilterBar,
  Mono,
  PageHeader,
  SelectFilter,
  Stale,
  useFormat,
  useLive,
  usePages,
  useThrottled,
  useUrlFilters,
  type Column,
} from '@ampline/ui';
import { useMemo, useState } from 'react';
import { OPERATORS } from '../../app/roles.js';
import { SERVICES } from '../../app/services.js';
import { useViewer } from '../../app/viewer.js';
import { ReservationsChangedDocument, ReservationsDocument, type ReservationRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { StationFilter } from '../../parts/station-filter.js';
import { TextFilter } from '../../parts/text-filter.js';
import { ReservationDrawer } from './reservation-drawer.js';
import { ReservationForm } from './reservation-form.js';
import { RESERVATION_STATUSES, ReservationState } from './reservation-status.js';

const FILTERS = ['status', 'station', 'token'] as const;

/** Reservations of all stations, live. */
export function ReservationsPage() {
  const text = useText();
  const format = useFormat();
  const operator = useViewer().may(...OPERATORS);
  const filters = useUrlFilters(FILTERS);
  const { values, set } = filters;
  const [making, setMaking] = useState(false);
  const [openId, setOpenId] = useState<string>();
  const variables = useMemo(() => {
    const status = RESERVATION_STATUSES.find((one) => one === values.status);
    return {
      filter: {
        ...(status && { statuses: [status] }),
        ...(values.station && { stationId: values.station }),
        ...(values.token && { idToken: values.token }),
      },
    };
  }, [values.status, values.station, values.token]);
  const pages = usePages(ReservationsDocument, variables, (data) => data.reservations);
  const reload = useThrottled(pages.reload, 1_000);
  useLive(ReservationsChangedDocument, { onData: reload });
  const shown = pages.rows.find(({ id }) => id === openId);

  const columns = useMemo<[Column<ReservationRowFragment>, ...Column<ReservationRowFragment>[]]>(
    () => [
      { key: 'station', header: text('parts.station'), cell: ({ stationIdentity }) => stationIdentity },
      {
        key: 'status',
        header: text('reservations.status'),
        width: '170px',
        card: 'badge',
        cell: ({ status }) => <ReservationState status={status} />,
      },
      {
        key: 'evse',
        header: text('reservations.evse'),
        width: '110px',
        cell: ({ evseNumber }) => (evseNumber === 0 ? text('reservations.anyEvse') : evseNumber),
      },
      { key: 'token', header: text('reservations.token'), width: '22%', cell: ({ idToken }) => <Mono>{idToken}</Mono> },
      {
        key: 'requested',
        header: text('reservations.requested'),
        width: '160px',
        from: 'md',
        align: 'end',
        cell: ({ requestedAt }) => format.dateTime(requestedAt),
      },
      {
        key: 'until',
        header: text('reservations.until'),
        width: '160px',
        align: 'end',
        cell: ({ expiresAt }) => format.dateTime(expiresAt),
      },
    ],
    [format, text],
  );
  const reserve = operator && (
    <Button variant="contained" startIcon={<Add />} onClick={() => setMaking(true)}>
      {text('reservation.new')}
    </Button>
  );
  return (
    <>
      <PageHeader title={text('reservations.title')} subtitle={text('reservations.hint')} actions={reserve} />
      <FilterBar active={filters.active} onReset={filters.reset}>
        <SelectFilter
          label={text('reservations.status')}
          value={values.status}
          onChange={(status) => set({ status })}
          options={RESERVATION_STATUSES.map((value) => ({ value, label: text(`reservation.status.${value}`) }))}
        />
        <StationFilter value={values.station} onChange={(station) => set({ station })} />
        <TextFilter label={text('reservations.token')} value={values.token} onChange={(token) => set({ token })} width={190} />
      </FilterBar>
      <Stale services={SERVICES.stations}>
        <DataTable
          label={text('reservations.title')}
          pages={pages}
          rowKey={({ id }) => id}
          onOpen={({ id }) => setOpenId(id)}
          columns={columns}
          expected={6}
          empty={
            <EmptyState icon={<EventAvailable />} title={text(filters.active ? 'reservations.noMatch' : 'reservations.none')}>
              {text(filters.active ? 'parts.filtersHint' : 'reservations.noneHint')}
            </EmptyState>
          }
        />
      </Stale>
      {making && <ReservationForm onClose={() => setMaking(false)} onMade={pages.reload} />}
      {shown && <ReservationDrawer reservation={shown} onClose={() => setOpenId(undefined)} />}
    </>
  );
}
