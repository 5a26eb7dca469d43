import { useQuery } from '@apollo/client/react';
import { useLive, useThrottled } from '@ampline/ui';
import { OpenReservationsDocument, ReservationsChangedDocument, type ReservationRowFragment } from '../../generated/graphql.js';
import { isOpen } from './reservation-status.js';

const AGAIN_EVERY_MS = 300;

/** What is reserved at a station at the moment, live. */
export function useOpenReservations(stationId: string): { reservations: readonly ReservationRowFragment[]; reload: () => void } {
  const { data, refetch } = useQuery(OpenReservationsDocument, { variables: { stationId } });
  const reload = () => void refetch().catch(() => undefined);
  useLive(ReservationsChangedDocument, { variables: { stationId }, onData: useThrottled(reload, AGAIN_EVERY_MS) });
  return { reservations: data?.reservations.nodes.filter(({ status }) => isOpen(status)) ?? [], reload };
}
