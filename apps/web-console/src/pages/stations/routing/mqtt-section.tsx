import Hub from '@mui/icons-material/HubOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useMutation } from '@apollo/client/react';
import { ConfirmDialog, EmptyState, KeyValues, Mono, Section } from '@ampline/ui';
import { useState } from 'react';
import { DeleteMqttUserDocument, RotateMqttPasswordDocument, SetMqttUserStationsDocument } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { OnceShown } from '../../../parts/once-shown.js';
import { LetInOverMqtt } from './let-in-over-mqtt.js';
import type { RoutingPartProps } from './routing-tab.js';

/** Who lets the station in over MQTT, and at which topics. */
export function MqttSection({ station, routing, operates, onChanged }: RoutingPartProps) {
  const text = useText();
  const [lettingIn, setLettingIn] = useState(false);
  const [asking, setAsking] = useState<'password' | 'shut-out'>();
  const [told, setTold] = useState<{ username: string; password: string }>();
  const [rotate] = useMutation(RotateMqttPasswordDocument);
  const [setStations] = useMutation(SetMqttUserStationsDocument);
  const [remove] = useMutation(DeleteMqttUserDocument);
  const { mqttUser: user, mqttTopics: topics } = routing;
  const username = user?.username ?? '';

  const renew = async () => {
    const { data } = await rotate({ variables: { id: user?.id ?? '' } });
    if (data) setTold({ username, password: data.rotateMqttPassword });
  };
  const shutOut = async () => {
    const others = user?.stationIds.filter((id) => id !== station.id) ?? [];
    if (others.length === 0) await remove({ variables: { id: user?.id ?? '' } });
    else await setStations({ variables: { id: user?.id ?? '', stationIds: others } });
    onChanged();
  };
  return (
    <Section title={text('routing.mqtt')} hint={text('routing.mqttHint')} flush={user === null}>
      {user === null ? (
        <EmptyState
          icon={<Hub />}
          title={text('routing.noMqtt')}
          action={
            operates && (
              <Button variant="outlined" onClick={() => setLettingIn(true)}>
                {text('routing.letIn')}
              </Button>
            )
          }
        >
          {text('routing.noMqttHint', { station: station.identity })}
        </EmptyState>
      ) : (
        <Box sx={{ display: 'grid', gap: 2 }}>
          <KeyValues
            minWidth={240}
            items={[
              [text('routing.mqttUser'), <Mono key="user">{username}</Mono>],
              [text('routing.speaksFor'), text('routing.speaksForCount', { count: user.stationIds.length })],
              [
                text('routing.topics'),
                topics.map((topic) => (
                  <div key={topic}>
                    <Mono>{topic}/in</Mono>, <Mono>{topic}/out</Mono>
                  </div>
                )),
              ],
            ]}
          />
          {operates && (
            <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
              <Button variant="outlined" color="inherit" onClick={() => setAsking('password')}>
                {text('routing.newPassword')}
              </Button>
              <Button variant="outlined" color="error" onClick={() => setAsking('shut-out')}>
                {text('routing.shutOut')}
              </Button>
            </Box>
          )}
        </Box>
      )}
      {lettingIn && (
        <LetInOverMqtt
          station={station}
          onClose={(made) => {
            setLettingIn(false);
            setTold(made);
            onChanged();
          }}
        />
      )}
      <ConfirmDialog
        open={asking === 'password'}
        onClose={() => setAsking(undefined)}
        title={text('routing.newPasswordTitle', { username })}
        action={text('routing.newPassword')}
        danger
        onConfirm={renew}
      >
        {text('routing.newPasswordText')}
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'shut-out'}
        onClose={() => setAsking(undefined)}
        title={text('routing.shutOutTitle', { station: station.identity })}
        action={text('routing.shutOut')}
        danger
        onConfirm={shutOut}
      >
        {text('routing.shutOutText')}
      </ConfirmDialog>
      {told !== undefined && (
        <OnceShown
          title={text('routing.mqttSecretTitle', { username: told.username })}
          label={text('routing.password')}
          value={told.password}
          onClose={() => setTold(undefined)}
        >
          {text('routing.mqttSecretText', { username: told.username, topic: topics[0] ?? '' })}
        </OnceShown>
      )}
    </Section>
  );
}
