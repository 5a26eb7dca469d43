import { RegistrationStatus, type StationSelection } from '@ampline/contracts';
import { CONNECTOR_STATUSES } from '@ampline/protocol-ocpp';
import { check, checkedFilter, checkedId } from './field-checks.js';
import type { Registration } from './station-state.js';

/** Which stations are meant. */
export interface StationFilter {
  siteId?: string;
  online?: boolean;
  registration?: Registration;
  /** With a connector that last reported one of these. */
  connectorStatuses?: readonly string[];
  /** Part of identity, vendor, model or serial number, in any case. */
  search?: string;
}

export const WANTED_REGISTRATION: Record<RegistrationStatus, Registration | undefined> = {
  [RegistrationStatus.UNSPECIFIED]: undefined,
  [RegistrationStatus.ACCEPTED]: 'accepted',
  [RegistrationStatus.PENDING]: 'pending',
  [RegistrationStatus.REJECTED]: 'rejected',
};

/** What a connector may have reported last; before its first report it is unknown. */
const REPORTED: readonly string[] = ['Unknown', ...CONNECTOR_STATUSES];

/** Throws `csms.invalid-field`. */
export function checkedStationFilter(asked: Omit<StationSelection, '$typeName' | '$unknown' | 'stationIds'>): StationFilter {
  const search = checkedFilter('search', asked.search);
  const known = asked.connectorStatuses.every((status) => REPORTED.includes(status));
  check('connector_statuses', known, 'ChargePointStatus of OCPP 1.6, or Unknown');
  const registration = WANTED_REGISTRATION[asked.registration];
  return {
    ...(asked.siteId !== '' && { siteId: checkedId('site_id', asked.siteId) }),
    ...(asked.online !== undefined && { online: asked.online }),
    ...(registration && { registration }),
    ...(asked.connectorStatuses.length > 0 && { connectorStatuses: asked.connectorStatuses }),
    ...(search !== undefined && { search }),
  };
}

/** Condition on `charging_station s`, of the parameters $1 to $6 that {@link filterParams} gives. */
export const FILTERED = `s.tenant_id = $1
  AND ($2::uuid IS NULL OR s.location_id IN (SELECT location_id FROM location WHERE site_id = $2))
  AND ($3::boolean IS NULL OR s.online = $3)
  AND ($4::text IS NULL OR position(lower($4) IN lower(concat_ws(E'\\n', s.identity, s.vendor, s.model, s.serial_number))) > 0)
  AND ($5::text IS NULL OR s.registration = $5)
  AND ($6::text[] IS NULL OR s.station_id IN (SELECT c.station_id FROM connector c WHERE c.tenant_id = $1 AND c.status = ANY($6)))`;

export function filterParams(tenantId: string, filter: StationFilter): unknown[] {
  const { siteId, online, search, registration, connectorStatuses } = filter;
  return [tenantId, siteId ?? null, online ?? null, search ?? null, registration ?? null, connectorStatuses ?? null];
}
