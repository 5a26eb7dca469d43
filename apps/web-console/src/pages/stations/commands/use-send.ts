import { useApolloClient } from '@apollo/client/react';
import type { ApolloClient } from '@apollo/client';
import { useCallback } from 'react';
import {
  ChangeAvailabilityDocument,
  RemoteStartDocument,
  ResetStationDocument,
  TriggerMessageDocument,
  UnlockConnectorDocument,
  type StationCommandFragment,
} from '../../../generated/graphql.js';
import type { CommandKind } from './command-forms.js';

/** What the fields of all command forms hold; a form shows those that it needs. */
export interface CommandValues {
  idToken: string;
  /** Empty for the whole station. */
  evse: string;
  operative: 'true' | 'false';
  resetType: 'SOFT' | 'HARD';
  message: string;
}

/** Sends a command of a kind; rejects with why it could not be recorded. */
export function useSend(stationId: string) {
  const client = useApolloClient();
  return useCallback(
    (kind: CommandKind, values: CommandValues, idempotencyKey: string) => SENDERS[kind](client, { stationId, idempotencyKey }, values),
    [client, stationId],
  );
}

type Common = { stationId: string; idempotencyKey: string };
type Sender = (client: ApolloClient, common: Common, values: CommandValues) => Promise<StationCommandFragment | undefined>;

const SENDERS: Readonly<Record<CommandKind, Sender>> = {
  start: async (client, common, { idToken, evse }) =>
    (await client.mutate({ mutation: RemoteStartDocument, variables: { ...common, idToken: idToken.trim(), evseNumber: Number(evse) } }))
      .data?.remoteStart,
  unlock: async (client, common, { evse }) =>
    (await client.mutate({ mutation: UnlockConnectorDocument, variables: { ...common, evseNumber: Number(evse) } })).data?.unlockConnector,
  availability: async (client, common, { evse, operative }) =>
    (
      await client.mutate({
        mutation: ChangeAvailabilityDocument,
        variables: { ...common, evseNumber: Number(evse), operative: operative === 'true' },
      })
    ).data?.changeAvailability,
  reset: async (client, common, { resetType }) =>
    (await client.mutate({ mutation: ResetStationDocument, variables: { ...common, type: resetType } })).data?.reset,
  trigger: async (client, common, { message, evse }) =>
    (
      await client.mutate({
        mutation: TriggerMessageDocument,
        variables: { ...common, message, evseNumber: evse === '' ? null : Number(evse) },
      })
    ).data?.triggerMessage,
};
