import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { Mono, Section, TimeAgo, usePages } from '@ampline/ui';
import { useMemo } from 'react';
import { SettingChangesDocument } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';

/** What changed in what the station reports. */
export function SettingHistory({ stationId }: { stationId: string }) {
  const text = useText();
  const variables = useMemo(() => ({ stationId }), [stationId]);
  const { rows, loading, hasMore, loadMore } = usePages(SettingChangesDocument, variables, (data) => data.station?.settingChanges);
  return (
    <Section title={text('configuration.history')} sx={{ mt: 2.5 }}>
      {!loading && rows.length === 0 && (
        <Typography variant="body2" color="textSecondary">
          {text('configuration.noHistory')}
        </Typography>
      )}
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, fontSize: '0.875rem' }}>
        {rows.map(({ id, key, kind, valueBefore, value, at }) => (
          <Box
            component="li"
            key={id}
            sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 1, py: 0.75, borderBlockEnd: 1, borderColor: 'divider' }}
          >
            <Box sx={{ flex: '1 1 280px', minWidth: 0, overflowWrap: 'anywhere' }}>
              {key} · {text(`configuration.kind.${kind}`)} <Mono>{valueBefore || '–'}</Mono> → <Mono>{value || '–'}</Mono>
            </Box>
            <Typography variant="caption" color="textSecondary">
              <TimeAgo at={at} />
            </Typography>
          </Box>
        ))}
      </Box>
      {hasMore && <Button onClick={loadMore}>{text('configuration.more')}</Button>}
    </Section>
  );
}
