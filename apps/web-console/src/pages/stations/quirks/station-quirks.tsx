import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import FormControlLabel from '@mui/material/FormControlLabel';
import Switch from '@mui/material/Switch';
import Typography from '@mui/material/Typography';
import { useMutation, useQuery } from '@apollo/client/react';
import { RouterLink, Section, Unavailable, useToasts } from '@ampline/ui';
import { useState } from 'react';
import { OPERATORS } from '../../../app/roles.js';
import { useViewer } from '../../../app/viewer.js';
import {
  OverrideStationQuirkDocument,
  StationQuirksDocument,
  type QuirkOverride,
  type StationQuirkRowFragment,
} from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { useQuirkText } from '../../quirks/use-quirk-text.js';
import type { ShownStation } from '../shown-station.js';
import { AddQuirkDialog } from './add-quirk-dialog.js';

/** What the station does otherwise than OCPP says: by the catalogue, and as operators have it. */
export function StationQuirks({ station }: { station: ShownStation }) {
  const text = useText();
  const toasts = useToasts();
  const operates = useViewer().may(...OPERATORS);
  const { data, error, refetch } = useQuery(StationQuirksDocument, { variables: { id: station.id }, fetchPolicy: 'cache-and-network' });
  const [override] = useMutation(OverrideStationQuirkDocument);
  const [adding, setAdding] = useState(false);
  const reload = () => void refetch().catch(() => undefined);
  const quirks = data?.station?.quirks;
  const shown = quirks?.filter(({ inForce, inCatalogue, override: decided }) => inForce || inCatalogue || decided !== 'NONE');
  const change = async (quirk: StationQuirkRowFragment, wanted: boolean) => {
    try {
      await override({ variables: { stationId: station.id, quirk: quirk.name, override: overrideFor(quirk, wanted) } });
      reload();
    } catch (failure) {
      toasts.failure(failure);
    }
  };
  return (
    <Section title={text('quirks.station')} hint={text('quirks.stationHint')}>
      {shown === undefined && error !== undefined && <Unavailable onRetry={reload} />}
      <Box sx={{ display: 'grid', gap: 1.5 }}>
        {shown?.length === 0 && (
          <Typography variant="body2" color="textSecondary">
            {text('quirks.stationNone', { make: [station.vendor, station.model].filter(Boolean).join(' ') || text('quirks.thisMake') })}
          </Typography>
        )}
        {shown?.map((quirk) => (
          <QuirkSwitch key={quirk.name} quirk={quirk} disabled={!operates} onChange={(wanted) => void change(quirk, wanted)} />
        ))}
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1.5 }}>
          {operates && quirks !== undefined && (
            <Button size="small" variant="outlined" onClick={() => setAdding(true)}>
              {text('quirks.add')}
            </Button>
          )}
          <RouterLink to="/quirks" variant="body2">
            {text('quirks.catalogue')}
          </RouterLink>
        </Box>
      </Box>
      {adding && (
        <AddQuirkDialog
          station={station}
          quirks={quirks?.filter(({ inForce }) => !inForce).map(({ name }) => name) ?? []}
          onClose={() => setAdding(false)}
          onAdded={reload}
        />
      )}
    </Section>
  );
}

function QuirkSwitch({
  quirk,
  disabled,
  onChange,
}: {
  quirk: StationQuirkRowFragment;
  disabled: boolean;
  onChange: (on: boolean) => void;
}) {
  const text = useText();
  const { does, handling } = useQuirkText()(quirk);
  const origin = { NONE: 'quirks.fromCatalogue', ON: 'quirks.switchedOn', OFF: 'quirks.switchedOff' } as const;
  return (
    <Box>
      <FormControlLabel
        sx={{ alignItems: 'flex-start', mr: 0 }}
        control={
          <Switch
            size="small"
            checked={quirk.inForce}
            disabled={disabled}
            onChange={(_event, on) => onChange(on)}
            sx={{ mt: 0.25, mr: 0.75 }}
          />
        }
        label={does}
        slotProps={{ typography: { variant: 'body2' } }}
      />
      <Typography variant="caption" color="textSecondary" component="div" sx={{ pl: 4.25 }}>
        {handling} · {text(origin[quirk.override])}
      </Typography>
    </Box>
  );
}

/** What the catalogue says needs no override. */
function overrideFor({ inCatalogue }: StationQuirkRowFragment, wanted: boolean): QuirkOverride {
  if (wanted === inCatalogue) return 'NONE';
  return wanted ? 'ON' : 'OFF';
}
