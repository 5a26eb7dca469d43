import Download from '@mui/icons-material/DownloadOutlined';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useQuery } from '@apollo/client/react';
import { CodeBlock, KeyValues, Mono, Section, StatusChip, useFormat } from '@ampline/ui';
import { SessionSignedValuesDocument, type SessionFactsFragment, type SessionSignedValuesQuery } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { signedReasonKey } from './signed-reasons.js';
import { transparencyFile } from './transparency-file.js';

type SignedValues = NonNullable<NonNullable<SessionSignedValuesQuery['session']>['signedValues']>;

/** What the meter signed, and what it is worth. Nothing where it signs nothing. */
export function SessionSignedValues({ session }: { session: SessionFactsFragment }) {
  const text = useText();
  // Each change of the session may bring another verdict.
  const { data } = useQuery(SessionSignedValuesDocument, { variables: { id: session.id }, fetchPolicy: 'cache-and-network' });
  const signed = data?.session?.signedValues;
  if (!signed) return null;
  return (
    <Section
      title={text('signed.title')}
      hint={text('signed.hint')}
      actions={
        signed.values.length > 0 && (
          <Button size="small" startIcon={<Download />} onClick={() => save(session, signed)}>
            {text('signed.download')}
          </Button>
        )
      }
    >
      <Box sx={{ display: 'grid', gap: 2 }}>
        <Verdict signed={signed} />
        {signed.values.map(({ receivedAt, context, value }) => (
          <Value key={`${receivedAt} ${context}`} at={receivedAt} context={context} value={value} timeZone={session.timeZone} />
        ))}
      </Box>
    </Section>
  );
}

function Verdict({ signed }: { signed: SignedValues }) {
  const text = useText();
  const format = useFormat();
  const { verdict, reason, algorithm, energyMilliWh } = signed;
  const key = signedReasonKey(reason);
  return (
    <>
      {verdict === null && <Alert severity="info">{text('signed.running')}</Alert>}
      {verdict !== null && verdict !== 'VERIFIED' && (
        <Alert severity={verdict === 'WRONG' ? 'error' : 'warning'}>{key === undefined ? reason : text(key)}</Alert>
      )}
      {verdict !== null && (
        <KeyValues
          minWidth={200}
          items={[
            [text('signed.verdict'), <StatusChip key="verdict" status={verdict} />],
            [text('signed.energy'), typeof energyMilliWh === 'number' ? format.energy(energyMilliWh / 1_000) : '–'],
            [text('signed.algorithm'), algorithm && <Mono>{algorithm}</Mono>],
          ]}
        />
      )}
    </>
  );
}

function Value({ at, context, value, timeZone }: { at: string; context: string; value: string; timeZone: string }) {
  const text = useText();
  const format = useFormat();
  return (
    <Box>
      <Typography variant="subtitle2" component="h3">
        {context}
      </Typography>
      <Typography variant="caption" color="textSecondary" component="p" sx={{ mb: 0.5 }}>
        {text('signed.received', { at: format.instant(at, timeZone) })}
      </Typography>
      <CodeBlock text={value} label={text('signed.valueOf', { context })} />
    </Box>
  );
}

/** Hands the file over as a download. */
function save({ ocppTransactionId }: SessionFactsFragment, { values, publicKey }: SignedValues): void {
  const url = URL.createObjectURL(new Blob([transparencyFile(ocppTransactionId, values, publicKey)], { type: 'application/xml' }));
  const link = Object.assign(document.createElement('a'), { href: url, download: `signed-values-${ocppTransactionId}.xml` });
  link.click();
  URL.revokeObjectURL(url);
}
