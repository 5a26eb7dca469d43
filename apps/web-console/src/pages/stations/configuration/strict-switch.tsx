import Box from '@mui/material/Box';
import FormControlLabel from '@mui/material/FormControlLabel';
import Switch from '@mui/material/Switch';
import Typography from '@mui/material/Typography';
import { useMutation } from '@apollo/client/react';
import { Section, useToasts } from '@ampline/ui';
import { OPERATORS } from '../../../app/roles.js';
import { useViewer } from '../../../app/viewer.js';
import { SetStrictInboundDocument } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';

interface StrictSwitchProps {
  stationId: string;
  strict: boolean;
  onChanged: () => void;
}

/** Whether messages of the station that deviate from the standard are refused. */
export function StrictSwitch({ stationId, strict, onChanged }: StrictSwitchProps) {
  const text = useText();
  const toasts = useToasts();
  const operates = useViewer().may(...OPERATORS);
  const [set, setting] = useMutation(SetStrictInboundDocument);
  const change = async (wanted: boolean) => {
    try {
      await set({ variables: { stationId, strict: wanted } });
      onChanged();
    } catch (error) {
      toasts.failure(error);
    }
  };
  return (
    <Section sx={{ mt: 2.5 }}>
      <Box>
        <FormControlLabel
          control={<Switch checked={strict} disabled={!operates || setting.loading} onChange={(_event, wanted) => void change(wanted)} />}
          label={text('configuration.strict')}
        />
        <Typography variant="caption" color="textSecondary" component="div">
          {text('configuration.strictHint')}
        </Typography>
      </Box>
    </Section>
  );
}
