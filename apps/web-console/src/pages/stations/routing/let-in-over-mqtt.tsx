import { useMutation, useQuery } from '@apollo/client/react';
import { FormDialog, FormSelect, FormText, useSubmission } from '@ampline/ui';
import { useForm, useWatch } from 'react-hook-form';
import { CreateMqttUserDocument, RoutingChoicesDocument, SetMqttUserStationsDocument } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { fieldRules } from '../../../parts/rules.js';
import type { ShownStation } from '../shown-station.js';

const NAME = /^[A-Za-z0-9_-]{1,64}$/;

interface LetInOverMqttProps {
  station: ShownStation;
  /** Told of the password when a user was made. */
  onClose: (made?: { username: string; password: string }) => void;
}

/** Gives the station to an MQTT user: a new one, or a gateway that speaks for others already. */
export function LetInOverMqtt({ station, onClose }: LetInOverMqttProps) {
  const text = useText();
  const rules = fieldRules(text);
  const choices = useQuery(RoutingChoicesDocument, { fetchPolicy: 'network-only' });
  const [create] = useMutation(CreateMqttUserDocument);
  const [setStations] = useMutation(SetMqttUserStationsDocument);
  const form = useForm({ defaultValues: { userId: '', name: station.identity.replaceAll(/[^A-Za-z0-9_-]/g, '-') } });
  const userId = useWatch({ control: form.control, name: 'userId' });
  const users = choices.data?.mqttUsers ?? [];
  const submission = useSubmission(form, async ({ userId, name }) => {
    const user = users.find(({ id }) => id === userId);
    if (user !== undefined) {
      await setStations({ variables: { id: user.id, stationIds: [...user.stationIds, station.id] } });
      return onClose();
    }
    const { data } = await create({ variables: { name, stationIds: [station.id] } });
    onClose(data && { username: data.createMqttUser.mqttUser.username, password: data.createMqttUser.password });
  });
  return (
    <FormDialog
      open
      onClose={() => onClose()}
      title={text('routing.mqttTitle', { station: station.identity })}
      action={text('routing.letIn')}
      {...submission}
    >
      <FormSelect
        control={form.control}
        name="userId"
        label={text('routing.mqttUser')}
        hint={text('routing.mqttUserHint')}
        options={[{ value: '', label: text('routing.newMqttUser') }, ...users.map(({ id, name }) => ({ value: id, label: name }))]}
      />
      {userId === '' && (
        <FormText
          control={form.control}
          name="name"
          label={text('routing.name')}
          hint={text('routing.mqttNameHint')}
          rules={{ ...rules.required, pattern: { value: NAME, message: text('routing.badMqttName') } }}
          autoComplete="off"
        />
      )}
    </FormDialog>
  );
}
