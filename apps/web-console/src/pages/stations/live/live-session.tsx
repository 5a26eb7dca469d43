import StopCircle from '@mui/icons-material/StopCircleOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { KeyValues, Mono, RouterLink, Section, TimeChart, useFormat, useFreshness, useNow } from '@ampline/ui';
import { OPERATORS } from '../../../app/roles.js';
import { SERVICES } from '../../../app/services.js';
import { useViewer } from '../../../app/viewer.js';
import type { StationSessionFragment } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { chargedWh } from '../../../parts/readings.js';
import { useCurve } from './use-curve.js';

/** A session while it goes on: its figures and its power curve move with each reading. */
export function LiveSession({ session, onStop }: { session: StationSessionFragment; onStop: () => void }) {
  const text = useText();
  const format = useFormat();
  const { may } = useViewer();
  const curve = useCurve(session.id);
  const latest = curve.at(-1);
  const powerW = latest?.powerW ?? session.powerW;
  return (
    <Section
      title={text('station.session', { number: session.evseNumber })}
      hint={
        <>
          {text('station.session.token')} <Mono>{session.idToken}</Mono> ·{' '}
          <RouterLink to={`/sessions/${session.id}`}>{text('station.session.open')}</RouterLink>
        </>
      }
      actions={
        may(...OPERATORS) && (
          <Button variant="outlined" color="error" startIcon={<StopCircle />} onClick={onStop}>
            {text('station.session.stop')}
          </Button>
        )
      }
    >
      <KeyValues
        minWidth={100}
        items={[
          [text('station.session.power'), format.power(powerW)],
          [text('station.session.energy'), format.energy(chargedWh(session, latest))],
          [text('station.session.duration'), <Elapsed key="elapsed" since={session.startedAt} />],
          [text('station.session.soc'), format.percent(latest?.socPercent ?? session.socPercent)],
          [
            text('station.session.begun'),
            <time key="begun" dateTime={session.startedAt} title={format.instant(session.startedAt, session.timeZone)}>
              {format.clock(session.startedAt, session.timeZone)}
            </time>,
          ],
        ]}
      />
      <Box sx={{ mt: 4.5 }}>
        <TimeChart
          label={text('station.session.power')}
          description={text('station.session.curve', { power: format.power(powerW), count: curve.length })}
          points={curve.map(({ at, powerW: value }) => ({ at: Date.parse(at), value: value ?? null }))}
          kind="curve"
          format={format.power}
          timeZone={session.timeZone}
          height={200}
        />
      </Box>
    </Section>
  );
}

/** Time since the begin; stands still while nobody knows whether it goes on. */
function Elapsed({ since }: { since: string }) {
  const format = useFormat();
  const now = useNow(1_000);
  const freshness = useFreshness(SERVICES.sessions);
  return format.duration((freshness.fresh ? now : freshness.asOf) - Date.parse(since));
}
