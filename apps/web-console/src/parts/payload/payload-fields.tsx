import Box from '@mui/material/Box';
import FormControlLabel from '@mui/material/FormControlLabel';
import Switch from '@mui/material/Switch';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { MONO } from '@ampline/ui';
import { useText } from '../../messages.js';
import type { DraftObject } from './draft.js';
import { ObjectFields } from './schema-field.js';
import type { PayloadState } from './use-payload.js';

/** The fields of a payload as its schema has them, or its JSON for whoever knows it by heart. */
export function PayloadFields({ payload }: { payload: PayloadState }) {
  const text = useText();
  const { schema, draft, change, json, writeJson, showJson, problems } = payload;
  const problem = problems.get('');
  const empty = Object.keys(schema.properties ?? {}).length === 0;
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 1.5 }}>
      {json === undefined ? (
        <>
          <ObjectFields schema={schema} draft={draft as DraftObject} onChange={change} at="" problems={problems} />
          {empty && (
            <Typography variant="body2" color="textSecondary">
              {text('payload.nothing')}
            </Typography>
          )}
        </>
      ) : (
        <TextField
          label={text('command.field.payload')}
          value={json}
          onChange={(event) => writeJson(event.target.value)}
          multiline
          minRows={6}
          error={problem !== undefined}
          helperText={problem}
          slotProps={{ htmlInput: { style: { fontFamily: MONO, fontSize: '0.8125rem' }, spellCheck: false } }}
        />
      )}
      <FormControlLabel
        control={<Switch size="small" checked={json !== undefined} onChange={(event) => showJson(event.target.checked)} />}
        label={text('payload.asJson')}
        slotProps={{ typography: { variant: 'caption' } }}
      />
    </Box>
  );
}
