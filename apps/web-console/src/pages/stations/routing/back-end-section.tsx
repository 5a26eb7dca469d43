import Button from '@mui/material/Button';
import { useMutation, useQuery } from '@apollo/client/react';
import { FormDialog, FormSelect, KeyValues, Section, useSubmission } from '@ampline/ui';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { RoutingChoicesDocument, SetStationBackEndDocument } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { NewBackEnd } from './new-back-end.js';
import type { RoutingPartProps } from './routing-tab.js';

/** What OCPP 1.6 stations send. */
const ACTIONS = [
  'Authorize',
  'BootNotification',
  'DataTransfer',
  'DiagnosticsStatusNotification',
  'FirmwareStatusNotification',
  'Heartbeat',
  'LogStatusNotification',
  'MeterValues',
  'SecurityEventNotification',
  'SignCertificate',
  'SignedFirmwareStatusNotification',
  'StartTransaction',
  'StatusNotification',
  'StopTransaction',
] as const;

/** Who answers the station. */
export function BackEndSection({ station, routing, operates }: RoutingPartProps) {
  const text = useText();
  const [changing, setChanging] = useState(false);
  const { backEnd, actions } = routing;
  const transport = station.transport === 'mqtt' ? 'routing.transport.mqtt' : 'routing.transport.websocket';
  return (
    <Section
      title={text('routing.backEnd')}
      hint={text('routing.backEndHint')}
      actions={operates && <Button onClick={() => setChanging(true)}>{text('routing.change')}</Button>}
    >
      <KeyValues
        items={[
          [text('routing.backEnd'), backEnd === null ? text('routing.csms') : `${backEnd.name}, ${text(`routing.kind.${backEnd.kind}`)}`],
          ...(backEnd === null
            ? []
            : [[text('routing.actions'), actions.length === 0 ? text('routing.allActions') : actions.join(', ')] as const]),
          [text('routing.transport'), station.transport === null ? text('routing.notYet') : text(transport)],
        ]}
      />
      {changing && <BackEndForm station={station} routing={routing} onClose={() => setChanging(false)} />}
    </Section>
  );
}

function BackEndForm({ station, routing, onClose }: Pick<RoutingPartProps, 'station' | 'routing'> & { onClose: () => void }) {
  const text = useText();
  const choices = useQuery(RoutingChoicesDocument, { fetchPolicy: 'cache-and-network' });
  const [creating, setCreating] = useState(false);
  const [set] = useMutation(SetStationBackEndDocument);
  const form = useForm({ defaultValues: { backEndId: routing.backEnd?.id ?? '', actions: [...routing.actions] } });
  const submission = useSubmission(form, async ({ backEndId, actions }) => {
    await set({ variables: { stationId: station.id, backEndId: backEndId || null, actions: backEndId === '' ? [] : actions } });
    onClose();
  });
  const known = choices.data?.backEnds ?? (routing.backEnd === null ? [] : [routing.backEnd]);
  const options = known.map(({ id, name, kind }) => ({ value: id, label: `${name}, ${text(`routing.kind.${kind}`)}` }));
  return (
    <>
      <FormDialog
        open={!creating}
        onClose={onClose}
        title={text('routing.backEndTitle', { station: station.identity })}
        action={text('routing.change')}
        {...submission}
      >
        <FormSelect
          control={form.control}
          name="backEndId"
          label={text('routing.backEnd')}
          options={[{ value: '', label: text('routing.csms') }, ...options]}
        />
        <div>
          <Button variant="outlined" color="inherit" onClick={() => setCreating(true)}>
            {text('routing.newBackEnd')}
          </Button>
        </div>
        <FormSelect
          control={form.control}
          name="actions"
          label={text('routing.actions')}
          hint={text('routing.actionsHint')}
          options={ACTIONS.map((action) => ({ value: action, label: action }))}
          multiple
        />
      </FormDialog>
      {creating && (
        <NewBackEnd
          onClose={(id) => {
            setCreating(false);
            if (id !== undefined) form.setValue('backEndId', id);
          }}
        />
      )}
    </>
  );
}
