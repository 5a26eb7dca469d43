import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { CodeBlock, Section } from '@ampline/ui';
import { useViewer } from '../../app/viewer.js';
import { useText, type ConsoleKey } from '../../messages.js';

const STEPS: readonly { title: ConsoleKey; hint: ConsoleKey; command: (tenant: string) => string }[] = [
  {
    title: 'overview.step.place',
    hint: 'overview.step.placeHint',
    command: (tenant) =>
      `npm run ampline -- sites create "Depot North" --tenant ${tenant}\nnpm run ampline -- locations create "Gate 3" --site "Depot North" --address "Hafenstr. 3" --postal-code 20457 --city Hamburg --tenant ${tenant}`,
  },
  {
    title: 'overview.step.station',
    hint: 'overview.step.stationHint',
    command: (tenant) =>
      `npm run ampline -- stations create NS-001 --location "Gate 3" --evse cType2:22000 --tenant ${tenant}\nnpm run ampline -- stations password NS-001 --tenant ${tenant}`,
  },
  {
    title: 'overview.step.connect',
    hint: 'overview.step.connectHint',
    command: (tenant) => `ws://<OCPP-host>:9220/ocpp/${tenant}/NS-001`,
  },
];

/** What to do while there are no stations. */
export function FirstSteps() {
  const text = useText();
  const { slug } = useViewer().tenant;
  return (
    <Section title={text('overview.first')} hint={text('overview.firstHint')} sx={{ maxWidth: 860 }}>
      <Box component="ol" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 3 }}>
        {STEPS.map(({ title, hint, command }, index) => (
          <Box component="li" key={title} sx={{ display: 'grid', gridTemplateColumns: '32px minmax(0, 1fr)', gap: 1.5 }}>
            <Box
              aria-hidden
              sx={({ vars }) => ({
                display: 'grid',
                placeItems: 'center',
                width: 28,
                height: 28,
                borderRadius: '50%',
                fontWeight: 650,
                fontSize: '0.875rem',
                color: vars?.palette.primary.text,
                backgroundColor: vars?.palette.primary.soft,
              })}
            >
              {index + 1}
            </Box>
            <Box>
              <Typography variant="h3">{text(title)}</Typography>
              <Typography variant="body2" color="textSecondary" sx={{ mb: 1 }}>
                {text(hint)}
              </Typography>
              <CodeBlock text={command(slug)} label={text(title)} />
            </Box>
          </Box>
        ))}
      </Box>
    </Section>
  );
}
