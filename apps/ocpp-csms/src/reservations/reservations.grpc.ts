import {
  ReservationService,
  ReservationStatus as StatusValue,
  type CancelReservationRequest,
  type CancelReservationResponseSchema,
  type ChangeReservationRequest,
  type ChangeReservationResponseSchema,
  type CreateReservationRequest,
  type CreateReservationResponseSchema,
  type GetReservationRequest,
  type GetReservationResponseSchema,
  type ListReservationsRequest,
  type ListReservationsResponseSchema,
} from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageFrom, pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import { Controller } from '@nestjs/common';
import { check, checkedFilter, checkedId, MOST_EVSES } from '../stations/field-checks.js';
import type { ReservationStatus } from './domain/consumption.js';
import { reservationState, STATUS } from './reservation-row.js';
import { ReservationStore } from './reservation.store.js';
import { Reservations } from './reservations.js';

const STATUS_OF = new Map(Object.entries(STATUS).map(([status, value]) => [value, status as ReservationStatus]));

/** Reservations of EVSEs for id tokens. */
@Controller()
export class ReservationsGrpc {
  constructor(
    private readonly reservations: Reservations,
    private readonly store: ReservationStore,
  ) {}

  @Rpc(ReservationService.method.createReservation)
  async createReservation(
    request: CreateReservationRequest,
    { tenantId, caller }: RpcCall,
  ): Promise<MessageInitShape<typeof CreateReservationResponseSchema>> {
    const { evseNumber, forGroup, idempotencyKey } = request;
    const stationId = checkedId('station_id', request.stationId);
    const idToken = request.idToken.trim();
    // OCPP 1.6: idTag is a CiString20; EVSE n is connectorId n.
    check('id_token', /^[\x20-\x7e]{1,20}$/.test(idToken), '1 to 20 printable ASCII characters');
    check('evse_number', evseNumber >= 0 && evseNumber <= MOST_EVSES, '0, or the number of an EVSE');
    check('idempotency_key', /^[\x20-\x7e]{0,200}$/.test(idempotencyKey), 'at most 200 printable ASCII characters');
    const expiresAt = checkedExpiry(request.expiresAt);
    const wanted = { tenantId, stationId, evseNumber, idToken, forGroup, expiresAt, idempotencyKey, caller };
    return { reservation: reservationState(await this.reservations.create(wanted)) };
  }

  @Rpc(ReservationService.method.changeReservation)
  async changeReservation(
    request: ChangeReservationRequest,
    { tenantId, caller }: RpcCall,
  ): Promise<MessageInitShape<typeof ChangeReservationResponseSchema>> {
    const reservationId = checkedId('reservation_id', request.reservationId);
    const expiresAt = checkedExpiry(request.expiresAt);
    return { reservation: reservationState(await this.reservations.change({ tenantId, reservationId, caller }, expiresAt)) };
  }

  @Rpc(ReservationService.method.cancelReservation)
  async cancelReservation(
    request: CancelReservationRequest,
    { tenantId, caller }: RpcCall,
  ): Promise<MessageInitShape<typeof CancelReservationResponseSchema>> {
    const reservationId = checkedId('reservation_id', request.reservationId);
    return { reservation: reservationState(await this.reservations.cancel({ tenantId, reservationId, caller })) };
  }

  @Rpc(ReservationService.method.getReservation)
  async getReservation(request: GetReservationRequest, call: RpcCall): Promise<MessageInitShape<typeof GetReservationResponseSchema>> {
    return { reservation: reservationState(await this.store.get(call.tenantId, checkedId('reservation_id', request.reservationId))) };
  }

  @Rpc(ReservationService.method.listReservations)
  async listReservations(
    request: ListReservationsRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListReservationsResponseSchema>> {
    const page = pageOf(request.page);
    const filter = {
      stationId: request.stationId === '' ? undefined : checkedId('station_id', request.stationId),
      statuses: request.statuses.map(checkedStatus),
      idToken: checkedFilter('id_token', request.idToken),
    };
    const found = pageFrom(await this.store.list(call.tenantId, filter, page), page, ({ key }) => key);
    return { reservations: found.rows.map(({ row }) => reservationState(row)), page: found.page };
  }
}

function checkedExpiry(at: Timestamp | undefined): Date {
  const date = at && timestampDate(at);
  check('expires_at', date !== undefined && !Number.isNaN(date.getTime()), 'a time');
  return date as Date;
}

function checkedStatus(value: StatusValue): ReservationStatus {
  const status = STATUS_OF.get(value);
  check('statuses', status !== undefined, 'statuses of a reservation');
  return status as ReservationStatus;
}
