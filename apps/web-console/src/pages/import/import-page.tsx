import { useMutation, useQuery } from '@apollo/client/react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { ErrorState, isMissing, PageHeader, useFormat, useToasts } from '@ampline/ui';
import { useRef } from 'react';
import { useParams } from 'react-router';
import { ContinueImportDocument, ImportDocument, type ImportHeadFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { useEvery } from '../../parts/use-every.js';
import { MissingPage } from '../failures/missing-page.js';
import { ImportActions } from './import-actions.js';
import { ImportFigures } from './import-figures.js';
import { ImportRows } from './import-rows.js';
import { ImportStateChip } from './import-state.js';

const LOOK_EVERY_MS = 1_000;
const CRUMB_TO = '/import';

/** One import: what it would change, how far it is, what became of each row. */
export function ImportPage() {
  const text = useText();
  const { importId = '' } = useParams();
  const { data, error, refetch } = useQuery(ImportDocument, { variables: { id: importId } });
  const again = () => void refetch().catch(() => undefined);
  const shown = data?.import;
  useEvery(LOOK_EVERY_MS, shown?.state === 'CHECKING' || (shown?.state === 'APPLYING' && shown.kind !== 'ID_TOKENS'), again);
  useIdTokens(shown);
  if (shown === null || isMissing(error)) return <MissingPage />;
  if (shown !== undefined) return <Loaded shown={shown} />;
  return (
    <>
      <PageHeader title="…" crumbs={[{ label: text('import.title'), to: CRUMB_TO }]} />
      {error && <ErrorState error={error} onRetry={again} />}
    </>
  );
}

/** Has the id tokens of an import written while it is looked at, some at a time. */
function useIdTokens(shown: ImportHeadFragment | null | undefined): void {
  const toasts = useToasts();
  const busy = useRef(false);
  const [write] = useMutation(ContinueImportDocument);
  useEvery(LOOK_EVERY_MS / 4, shown?.kind === 'ID_TOKENS' && shown.state === 'APPLYING', () => {
    if (busy.current || !shown) return;
    busy.current = true;
    write({ variables: { id: shown.id } })
      .catch((error: unknown) => toasts.failure(error))
      .finally(() => (busy.current = false));
  });
}

function Loaded({ shown }: { shown: ImportHeadFragment }) {
  const text = useText();
  const format = useFormat();
  const { state, kind, failure, failureDetail, fileName } = shown;
  const idle = state === 'CHECKED' && shown.withErrors === 0 && shown.toCreate + shown.toChange === 0;
  return (
    <>
      <PageHeader
        title={fileName}
        badge={<ImportStateChip state={state} />}
        crumbs={[{ label: text('import.title'), to: CRUMB_TO }]}
        subtitle={`${text(`import.kind.${kind}`)} · ${text('import.about', { at: format.instant(shown.createdAt), by: shown.createdByName ?? '–' })}`}
        actions={<ImportActions shown={shown} />}
      />
      <Box sx={{ display: 'grid', gap: 2.5 }}>
        {failure !== null && (
          <Alert severity="error">{text(`import.failure.${failure as 'empty'}`, { detail: failureDetail ?? '' })}</Alert>
        )}
        {idle && <Alert severity="success">{text('import.nothing')}</Alert>}
        {state === 'APPLYING' && kind === 'ID_TOKENS' && <Alert severity="info">{text('import.stayOpen')}</Alert>}
        {state !== 'FAILED' && <ImportFigures shown={shown} />}
        {state !== 'FAILED' && state !== 'CHECKING' && <ImportRows key={state} importId={shown.id} />}
      </Box>
    </>
  );
}
