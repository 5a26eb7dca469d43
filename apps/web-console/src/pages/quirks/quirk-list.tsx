import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useQuery } from '@apollo/client/react';
import { ErrorState, Section } from '@ampline/ui';
import { QuirkCatalogueDocument } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { QuirkExplained } from './quirk-explained.js';

/** Every quirk that the platform can deal with. */
export function QuirkList() {
  const text = useText();
  const { data, error, refetch } = useQuery(QuirkCatalogueDocument, { fetchPolicy: 'cache-and-network' });
  if (data === undefined) {
    return error === undefined ? (
      <Skeleton variant="rounded" height={900} />
    ) : (
      <ErrorState error={error} onRetry={() => void refetch().catch(() => undefined)} />
    );
  }
  return (
    <Section>
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: 2.5 }}>
        {data.quirkCatalogue.quirks.map((quirk) => (
          <Box component="li" key={quirk.name} sx={{ maxWidth: 760 }}>
            <QuirkExplained quirk={quirk} />
            <Typography variant="caption" color="textSecondary" component="div">
              {text('quirks.deviates', { clause: quirk.clause })} · {text('quirks.inForce', { count: quirk.stationCount })}
            </Typography>
          </Box>
        ))}
      </Box>
    </Section>
  );
}
