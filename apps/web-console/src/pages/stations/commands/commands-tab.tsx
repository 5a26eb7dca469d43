import ChevronRight from '@mui/icons-material/ChevronRight';
import Code from '@mui/icons-material/Code';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { Section, Stale } from '@ampline/ui';
import { useState } from 'react';
import { OPERATORS } from '../../../app/roles.js';
import { SERVICES } from '../../../app/services.js';
import { useViewer } from '../../../app/viewer.js';
import { useText } from '../../../messages.js';
import type { ShownStation } from '../shown-station.js';
import { CallDialog } from './call-dialog.js';
import { CommandFormDialog } from './command-form-dialog.js';
import { COMMAND_FORMS, type CommandForm } from './command-forms.js';
import { CommandHistory } from './command-history.js';

/** What can be asked of the station, and what was. */
export function CommandsTab({ station }: { station: ShownStation }) {
  const text = useText();
  const { may } = useViewer();
  const [form, setForm] = useState<CommandForm>();
  const [open, setOpen] = useState<'form' | 'call'>();
  const close = () => setOpen(undefined);
  const ask = (wanted: CommandForm) => {
    setForm(wanted);
    setOpen('form');
  };
  return (
    <Box sx={{ display: 'grid', gap: 2.5 }}>
      {may(...OPERATORS) && (
        <Section title={text('station.tab.commands')} hint={text('command.hint', { station: station.identity })}>
          {!station.online && (
            <Alert severity="warning" sx={{ mb: 2 }}>
              {text('command.offline', { station: station.identity })}
            </Alert>
          )}
          <Box sx={{ display: 'grid', gap: 1.25, gridTemplateColumns: 'repeat(auto-fill, minmax(min(280px, 100%), 1fr))' }}>
            {COMMAND_FORMS.map((one) => (
              <CommandCard key={one.kind} card={one} onClick={() => ask(one)} />
            ))}
            <CommandCard card={CALL} onClick={() => setOpen('call')} />
          </Box>
        </Section>
      )}
      <Stale services={SERVICES.stations}>
        <CommandHistory stationId={station.id} />
      </Stale>
      {form !== undefined && <CommandFormDialog form={form} open={open === 'form'} onClose={close} station={station} />}
      <CallDialog open={open === 'call'} onClose={close} station={station} />
    </Box>
  );
}

type Card = Pick<CommandForm, 'icon' | 'label' | 'hint' | 'danger'>;

/** Whatever has no form of its own. */
const CALL: Card = { icon: Code, label: 'command.call', hint: 'command.call.hint' };

function CommandCard({ card: { icon: Icon, label, hint, danger }, onClick }: { card: Card; onClick: () => void }) {
  const text = useText();
  return (
    <Paper variant="outlined" sx={{ overflow: 'hidden', borderRadius: '10px' }}>
      <ButtonBase
        onClick={onClick}
        sx={{
          width: '100%',
          height: '100%',
          p: 1.5,
          gap: 1.5,
          textAlign: 'start',
          justifyContent: 'flex-start',
          '&:hover': { backgroundColor: 'action.hover' },
        }}
      >
        <Box
          sx={({ vars }) => ({
            display: 'grid',
            placeItems: 'center',
            flexShrink: 0,
            width: 36,
            height: 36,
            borderRadius: '9px',
            color: danger ? vars?.palette.tone.bad.text : vars?.palette.primary.text,
            backgroundColor: danger ? vars?.palette.tone.bad.soft : vars?.palette.primary.soft,
          })}
        >
          <Icon fontSize="small" />
        </Box>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography variant="subtitle2" component="div">
            {text(label)}
          </Typography>
          <Typography variant="caption" color="textSecondary" component="div" sx={{ lineHeight: 1.35 }}>
            {text(hint)}
          </Typography>
        </Box>
        <ChevronRight sx={{ fontSize: 18, color: 'text.secondary' }} />
      </ButtonBase>
    </Paper>
  );
}
