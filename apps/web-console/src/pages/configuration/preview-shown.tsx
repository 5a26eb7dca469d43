import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { Mono } from '@ampline/ui';
import type { TemplatePreviewQuery } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

/** What a template would change. */
export function PreviewShown({ preview }: { preview: TemplatePreviewQuery['configurationTemplatePreview'] }) {
  const text = useText();
  const { matching, changing, stations } = preview;
  return (
    <Box role="status" sx={{ display: 'grid', gap: 1, fontSize: '0.875rem' }}>
      <Alert severity={matching === 0 ? 'warning' : 'info'}>{text('templates.previewText', { matching, changing })}</Alert>
      <Box component="ul" sx={{ m: 0, pl: 2.5, maxHeight: 240, overflowY: 'auto' }} tabIndex={0} aria-label={text('templates.preview')}>
        {stations.map(({ stationId, identity, settings }) => (
          <li key={stationId}>
            {identity}
            {settings.map(({ key, desiredBefore, desired, reported }) => (
              <Box key={key} sx={{ overflowWrap: 'anywhere' }}>
                {key}: <Mono>{desiredBefore ?? reported ?? '–'}</Mono> → <Mono>{desired ?? '–'}</Mono>
              </Box>
            ))}
          </li>
        ))}
      </Box>
    </Box>
  );
}
