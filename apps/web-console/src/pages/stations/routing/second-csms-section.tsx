import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import { useMutation } from '@apollo/client/react';
import { FormDialog, FormSelect, FormText, KeyValues, Mono, Section, StatusChip, TimeAgo, useSubmission, type Status } from '@ampline/ui';
import { useState } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import { SetStationProxyDocument, type ProxyConnectionState, type ProxyMode } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { fieldRules, orNull } from '../../../parts/rules.js';
import type { RoutingPartProps } from './routing-tab.js';

const MODES: readonly ProxyMode[] = ['OFF', 'MIRROR', 'FORWARD'];
const LOOKS: Record<ProxyConnectionState, Status> = { CONNECTING: 'PENDING', CONNECTED: 'ONLINE', FAILING: 'OFFLINE' };

/** A second CSMS that the station is told to as well. */
export function SecondCsmsSection({ station, routing, operates }: RoutingPartProps) {
  const text = useText();
  const [changing, setChanging] = useState(false);
  const { proxyMode, proxyUrl, proxyConnection: connection } = routing;
  return (
    <Section
      title={text('routing.second')}
      hint={text('routing.secondHint')}
      actions={operates && <Button onClick={() => setChanging(true)}>{text('routing.change')}</Button>}
    >
      <KeyValues
        items={[
          [text('routing.mode'), text(`routing.mode.${proxyMode}`)],
          ...(proxyMode === 'OFF'
            ? []
            : [
                [text('routing.wsUrl'), <Mono key="url">{proxyUrl}</Mono>] as const,
                [
                  text('routing.state'),
                  connection === null ? (
                    text('routing.stateUnknown')
                  ) : (
                    <>
                      <StatusChip status={LOOKS[connection.state]} label={text(`routing.state.${connection.state}`)} />{' '}
                      <TimeAgo at={connection.at} />
                    </>
                  ),
                ] as const,
              ]),
          ...(connection === null || connection.reason === null ? [] : [[text('routing.reason'), connection.reason] as const]),
          ...(connection === null ? [] : [[text('routing.dropped'), text('routing.droppedCount', { count: connection.dropped })] as const]),
        ]}
      />
      {changing && <SecondCsmsForm station={station} routing={routing} onClose={() => setChanging(false)} />}
    </Section>
  );
}

function SecondCsmsForm({ station, routing, onClose }: Pick<RoutingPartProps, 'station' | 'routing'> & { onClose: () => void }) {
  const text = useText();
  const rules = fieldRules(text);
  const [set] = useMutation(SetStationProxyDocument);
  const { proxyMode, proxyUrl, proxyUsername, hasProxyPassword } = routing;
  const form = useForm({
    defaultValues: { mode: proxyMode, url: proxyUrl ?? '', username: proxyUsername ?? station.identity, password: '' },
  });
  const mode = useWatch({ control: form.control, name: 'mode' });
  const submission = useSubmission(form, async ({ mode, url, username, password }) => {
    await set({
      variables: { stationId: station.id, input: { mode, url: orNull(url), username: orNull(username), password: orNull(password) } },
    });
    onClose();
  });
  return (
    <FormDialog
      open
      onClose={onClose}
      title={text('routing.secondTitle', { station: station.identity })}
      action={text('routing.change')}
      {...submission}
    >
      <FormSelect
        control={form.control}
        name="mode"
        label={text('routing.mode')}
        options={MODES.map((value) => ({ value, label: text(`routing.mode.${value}`) }))}
      />
      {mode === 'FORWARD' && <Alert severity="warning">{text('routing.forwardWarning')}</Alert>}
      {mode !== 'OFF' && (
        <>
          <FormText
            control={form.control}
            name="url"
            label={text('routing.wsUrl')}
            hint={text('routing.wsUrlHint')}
            rules={{ ...rules.required, pattern: { value: /^wss?:\/\/\S+$/, message: text('routing.badWsUrl') } }}
            autoComplete="off"
          />
          <FormText control={form.control} name="username" label={text('routing.username')} autoComplete="off" />
          <FormText
            control={form.control}
            name="password"
            type="password"
            label={text('routing.password')}
            {...(hasProxyPassword && { hint: text('routing.passwordKept') })}
            autoComplete="new-password"
          />
        </>
      )}
    </FormDialog>
  );
}
