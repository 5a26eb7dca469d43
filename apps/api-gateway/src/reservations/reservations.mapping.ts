import {
  LocalListSelection as SelectionValue,
  LocalListStatus as ListValue,
  ReservationStatus as ReservationValue,
} from '@ampline/contracts';
import type { LocalListSelection, LocalListStatus, ReservationStatus } from '../generated/graphql.js';
import { enumPair } from '../mapping/enum-pair.js';

export const reservationStatuses = enumPair<ReservationValue, ReservationStatus>()({
  [ReservationValue.UNSPECIFIED]: undefined,
  [ReservationValue.REQUESTED]: 'REQUESTED',
  [ReservationValue.ACTIVE]: 'ACTIVE',
  [ReservationValue.USED]: 'USED',
  [ReservationValue.CANCELLED]: 'CANCELLED',
  [ReservationValue.EXPIRED]: 'EXPIRED',
  [ReservationValue.REFUSED]: 'REFUSED',
  [ReservationValue.BROKEN]: 'BROKEN',
});

export const listStatuses = enumPair<ListValue, LocalListStatus>()({
  [ListValue.UNSPECIFIED]: undefined,
  [ListValue.UNMANAGED]: 'UNMANAGED',
  [ListValue.PENDING]: 'PENDING',
  [ListValue.IN_SYNC]: 'IN_SYNC',
  [ListValue.FAILED]: 'FAILED',
  [ListValue.NOT_SUPPORTED]: 'NOT_SUPPORTED',
  [ListValue.DISABLED]: 'DISABLED',
});

export const listSelections = enumPair<SelectionValue, LocalListSelection>()({
  [SelectionValue.UNSPECIFIED]: undefined,
  [SelectionValue.UNMANAGED]: 'UNMANAGED',
  [SelectionValue.ALL]: 'ALL',
  [SelectionValue.GROUPS]: 'GROUPS',
  [SelectionValue.CHOSEN]: 'CHOSEN',
});
