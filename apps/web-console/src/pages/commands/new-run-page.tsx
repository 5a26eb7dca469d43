import { useApolloClient } from '@apollo/client/react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import Skeleton from '@mui/material/Skeleton';
import TextField from '@mui/material/TextField';
import { ErrorState, PageHeader, Section, useFailureText, useUrlFilters } from '@ampline/ui';
import { useEffect, useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import {
  CommandRunPreviewDocument,
  StartCommandRunDocument,
  type CommandRunInput,
  type CommandRunPreviewQuery,
} from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { ActionSelect } from '../../parts/payload/action-select.js';
import { PayloadFields } from '../../parts/payload/payload-fields.js';
import { QueueSelect, queueUntil, type QueueHours } from '../../parts/payload/queue-select.js';
import { useCatalogue } from '../../parts/payload/use-catalogue.js';
import { usePayload } from '../../parts/payload/use-payload.js';
import { FILTERS, stationFilter } from '../stations/station-filter.js';
import { StationFilters } from '../stations/station-filters.js';
import { RunPreview } from './run-preview.js';

const FIRST_ACTION = 'TriggerMessage';
const AT_ONCE = [5, 20, 50, 200] as const;

/** What was previewed is what is started: nothing in it changes in between. */
interface Prepared {
  input: CommandRunInput;
  preview: CommandRunPreviewQuery['commandRunPreview'];
  idempotencyKey: string;
}

/** Chooses stations and a command, shows what would happen, and starts it. */
export function NewRunPage() {
  const text = useText();
  const failureText = useFailureText();
  const client = useApolloClient();
  const navigate = useNavigate();
  const { commands, error } = useCatalogue();
  const filters = useUrlFilters(FILTERS);
  const [action, setAction] = useState(FIRST_ACTION);
  const [hours, setHours] = useState<QueueHours>(0);
  const [concurrency, setConcurrency] = useState(20);
  const [prepared, setPrepared] = useState<Prepared>();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const described = commands.find((command) => command.action === action);
  const payload = usePayload(described?.schema);
  const filter = useMemo(() => stationFilter(filters.values), [filters.values]);
  const { draft, json } = payload;
  // What was previewed is not what is chosen now.
  useEffect(() => setPrepared(undefined), [filter, action, hours, draft, json]);

  const attempt = async (deed: () => Promise<void>) => {
    setBusy(true);
    setFailure(undefined);
    try {
      await deed();
    } catch (error) {
      payload.refused(error);
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const look = () =>
    attempt(async () => {
      const read = described && payload.read();
      if (read === undefined) return;
      const input = { filter, action, payload: read, queueUntil: queueUntil(hours) };
      const { data } = await client.query({ query: CommandRunPreviewDocument, variables: { input }, fetchPolicy: 'network-only' });
      if (data) setPrepared({ input, preview: data.commandRunPreview, idempotencyKey: crypto.randomUUID() });
    });
  const start = ({ input, idempotencyKey }: Prepared) =>
    attempt(async () => {
      const { data } = await client.mutate({ mutation: StartCommandRunDocument, variables: { input, concurrency, idempotencyKey } });
      if (data) await navigate(`/commands/${data.startCommandRun.id}`);
    });
  const count = prepared ? prepared.preview.ready + prepared.preview.queued : 0;

  return (
    <>
      <PageHeader title={text('commandRuns.new')} crumbs={[{ label: text('commandRuns.title'), to: '/commands' }]} />
      <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 2.5, maxWidth: 1000 }}>
        <Section title={text('commandRuns.stations')} hint={text('commandRuns.stationsHint')}>
          <StationFilters filters={filters} />
        </Section>
        <Section title={text('commandRuns.action')}>
          {described ? (
            <Box sx={{ display: 'grid', gap: 2 }}>
              <ActionSelect commands={commands} action={action} onChange={setAction} />
              <PayloadFields payload={payload} />
            </Box>
          ) : error ? (
            <ErrorState error={error} />
          ) : (
            <Skeleton variant="rounded" height={160} />
          )}
        </Section>
        {described && (
          <>
            <Section title={text('commandRuns.how')}>
              <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { sm: '1fr 1fr' }, alignItems: 'start' }}>
                <QueueSelect hours={hours} onChange={setHours} />
                <TextField
                  select
                  label={text('commandRuns.concurrency')}
                  value={concurrency}
                  onChange={(event) => setConcurrency(Number(event.target.value))}
                  helperText={text('commandRuns.concurrencyHint')}
                  fullWidth
                >
                  {AT_ONCE.map((value) => (
                    <MenuItem key={value} value={value}>
                      {value}
                    </MenuItem>
                  ))}
                </TextField>
              </Box>
            </Section>
            <Box aria-live="polite" sx={{ display: 'grid', gap: 1.5 }}>
              {failure !== undefined && <Alert severity="error">{failureText(failure)}</Alert>}
              {prepared && <RunPreview preview={prepared.preview} />}
            </Box>
            <Box sx={{ display: 'flex', gap: 1.25, flexWrap: 'wrap' }}>
              <Button variant={prepared ? 'outlined' : 'contained'} onClick={() => void look()} loading={busy && !prepared}>
                {text('commandRuns.look')}
              </Button>
              {prepared && count > 0 && (
                <Button
                  variant="contained"
                  color={described.dangerous ? 'error' : 'primary'}
                  onClick={() => void start(prepared)}
                  loading={busy}
                >
                  {text('commandRuns.start', { count })}
                </Button>
              )}
            </Box>
          </>
        )}
      </Box>
    </>
  );
}
