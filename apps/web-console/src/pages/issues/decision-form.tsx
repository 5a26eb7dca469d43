import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormHelperText from '@mui/material/FormHelperText';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import Typography from '@mui/material/Typography';
import { useMutation, useQuery } from '@apollo/client/react';
import { ConfirmDialog, FormSelect, FormText, KeyValues, useFormat, useUiText } from '@ampline/ui';
import { useState } from 'react';
import { Controller, useForm, useWatch } from 'react-hook-form';
import {
  IssueSessionDocument,
  ResolveIssueDocument,
  SessionsToEndDocument,
  type IssueFactsFragment,
  type ResolutionInput,
} from '../../generated/graphql.js';
import { useText, type ConsoleKey } from '../../messages.js';
import { orNull } from '../../parts/rules.js';
import { decisionOf, type DecisionField, type DecisionForm as Form } from './decision.js';
import { candidatesIn, registerIn } from './figures.js';
import { reasonKeys } from './reasons.js';
import { whOf } from './register.js';

const LACKING: Readonly<Record<DecisionField, ConsoleKey>> = {
  kind: 'issue.needKind',
  sessionId: 'issue.needSession',
  meterStop: 'issue.needRegister',
  meterStart: 'issue.needRegister',
  evseNumber: 'issue.needEvse',
};

interface DecisionFormProps {
  issue: IssueFactsFragment;
  onDecided: () => void;
}

/** The resolutions that an issue offers, with the fields that each needs. */
export function DecisionForm({ issue, onDecided }: DecisionFormProps) {
  const text = useText();
  const { register } = useFormat();
  const [only] = issue.resolutions;
  const form = useForm<Form>({
    defaultValues: {
      kind: issue.resolutions.length === 1 && only !== undefined ? only : '',
      sessionId: '',
      meterStop: '',
      meterStart: '',
      evseNumber: '',
      note: '',
    },
  });
  const { control, setError } = form;
  const [asked, setAsked] = useState<ResolutionInput>();
  const [resolve] = useMutation(ResolveIssueDocument);
  const kind = useWatch({ control, name: 'kind' });
  const keys = reasonKeys(issue.reason);

  const ask = form.handleSubmit((values) => {
    const decision = decisionOf(values);
    if ('input' in decision) return setAsked(decision.input);
    for (const field of decision.lacking) setError(field, { message: text(LACKING[field]) }, { shouldFocus: true });
  });

  return (
    <Box component="form" noValidate onSubmit={(event) => void ask(event)} sx={{ display: 'grid', gap: 2 }}>
      <Controller
        control={control}
        name="kind"
        render={({ field, fieldState: { error } }) => (
          <FormControl error={error !== undefined}>
            <RadioGroup {...field} aria-label={text('issue.decide')} sx={{ gap: 0.5 }}>
              {issue.resolutions.map((resolution) => (
                <FormControlLabel
                  key={resolution}
                  value={resolution}
                  control={<Radio size="small" />}
                  sx={{ alignItems: 'flex-start', mr: 0, '& .MuiRadio-root': { pt: 0.375 } }}
                  label={
                    <>
                      <Typography variant="body2" component="span" sx={{ display: 'block', fontWeight: 560 }}>
                        {text(`resolution.${resolution}`)}
                      </Typography>
                      <Typography variant="caption" component="span" color="textSecondary" sx={{ display: 'block' }}>
                        {text(`resolution.${resolution}.text`)}
                      </Typography>
                    </>
                  }
                />
              ))}
            </RadioGroup>
            {error !== undefined && <FormHelperText>{error.message}</FormHelperText>}
          </FormControl>
        )}
      />
      {kind === 'ATTACH_STOP' && <SessionChoice issue={issue} control={control} />}
      {kind === 'CLOSE_SESSION' && <MeterStop issue={issue} control={control} />}
      {kind === 'CREATE_SESSION' && <MeterStart issue={issue} control={control} />}
      <FormText control={control} name="note" label={text('issue.note')} hint={text('issue.noteHint')} multiline minRows={2} />
      <Box>
        <Button type="submit" variant="contained">
          {text('issue.submit')}
        </Button>
      </Box>
      <ConfirmDialog
        open={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={asked === undefined ? '' : text('issue.confirmTitle', { resolution: text(`resolution.${asked.kind}`) })}
        action={text('issue.submit')}
        onConfirm={async () => {
          if (asked === undefined) return;
          await resolve({ variables: { id: issue.id, resolution: asked, note: orNull(form.getValues('note')) } });
          onDecided();
        }}
      >
        <div>
          {text('issue.confirmIssue', { reason: keys === undefined ? issue.reason : text(keys.title), station: issue.stationIdentity })}.{' '}
          {asked !== undefined && text(`resolution.${asked.kind}.text`)}
        </div>
        {asked?.meterStopWh !== undefined && asked.meterStopWh !== null && (
          <KeyValues items={[[text('issue.figure.meterStopWh'), register(asked.meterStopWh)]]} />
        )}
        {asked?.meterStartWh !== undefined && asked.meterStartWh !== null && (
          <KeyValues
            items={[
              [text('issue.figure.meterStartWh'), register(asked.meterStartWh)],
              [text('issue.evseNumber'), asked.evseNumber],
            ]}
          />
        )}
        <div>{text('issue.confirmUndo')}</div>
      </ConfirmDialog>
    </Box>
  );
}

type FieldsProps = Pick<DecisionFormProps, 'issue'> & { control: ReturnType<typeof useForm<Form>>['control'] };

/** Sessions of the station, those first that the platform holds for likely. */
function SessionChoice({ issue, control }: FieldsProps) {
  const text = useText();
  const uiText = useUiText();
  const format = useFormat();
  const { data } = useQuery(SessionsToEndDocument, { variables: { stationId: issue.stationId } });
  const candidates = candidatesIn(issue.detail);
  const sessions = data?.sessions.nodes ?? [];
  const options = [...sessions]
    .sort((one, other) => Number(candidates.includes(other.id)) - Number(candidates.includes(one.id)))
    .map((session) => {
      const told = text('issue.sessionOption', {
        started: format.dateTime(session.startedAt, session.timeZone),
        state: uiText(`ui.status.${session.status === 'ACTIVE' ? 'RUNNING' : session.status}`),
        energy: format.energy(session.energyWh),
        idToken: session.idToken,
      });
      return { value: session.id, label: candidates.includes(session.id) ? `${told} (${text('issue.likely')})` : told };
    });
  if (data !== undefined && options.length === 0) return <Alert severity="warning">{text('issue.noSessions')}</Alert>;
  return <FormSelect control={control} name="sessionId" label={text('issue.whichSession')} options={options} />;
}

function MeterStop({ issue, control }: FieldsProps) {
  const text = useText();
  const { register } = useFormat();
  const typed = useWatch({ control, name: 'meterStop' });
  const { data } = useQuery(IssueSessionDocument, { variables: { id: issue.sessionId ?? '' }, skip: !issue.sessionId });
  const session = data?.session;
  return (
    <>
      <FormText
        control={control}
        name="meterStop"
        label={text('issue.meterStop')}
        slotProps={{ htmlInput: { inputMode: 'decimal' } }}
        autoComplete="off"
        hint={session && text('issue.meterStopHint', { start: register(session.meterStartWh), last: register(session.meterLastWh) })}
      />
      {session && <Result startWh={session.meterStartWh} stopWh={whOf(typed)} />}
    </>
  );
}

function MeterStart({ issue, control }: FieldsProps) {
  const text = useText();
  const { register } = useFormat();
  const typed = useWatch({ control, name: 'meterStart' });
  const stopWh = registerIn(issue.detail, 'meterStopWh');
  return (
    <>
      <FormText
        control={control}
        name="meterStart"
        label={text('issue.meterStart')}
        slotProps={{ htmlInput: { inputMode: 'decimal' } }}
        autoComplete="off"
        hint={stopWh !== undefined && text('issue.meterStartHint', { stop: register(stopWh) })}
      />
      <Result startWh={whOf(typed)} stopWh={stopWh} />
      <FormText
        control={control}
        name="evseNumber"
        label={text('issue.evseNumber')}
        slotProps={{ htmlInput: { inputMode: 'numeric' } }}
        autoComplete="off"
      />
    </>
  );
}

/** What comes out of two readings, before anybody decides. */
function Result({ startWh, stopWh }: { startWh: number | undefined; stopWh: number | undefined }) {
  const text = useText();
  const { register } = useFormat();
  if (startWh === undefined || stopWh === undefined) return null;
  const energy = stopWh - startWh;
  return (
    <Alert severity={energy < 0 ? 'warning' : 'info'} icon={false} role="status">
      {energy < 0 ? text('issue.energyNegative') : text('issue.energyResult', { energy: register(energy) })}
    </Alert>
  );
}
