import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { DetailDrawer, JsonView, KeyValues, Mono, useFormat } from '@ampline/ui';
import type { AuditRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { useActionText, useEntityText } from './audit-text.js';

interface AuditDrawerProps {
  entry: AuditRowFragment;
  onClose: () => void;
  onActor: () => void;
  onEntity: () => void;
}

/** One deed with all that was recorded of it. */
export function AuditDrawer({ entry, onClose, onActor, onEntity }: AuditDrawerProps) {
  const text = useText();
  const format = useFormat();
  const actionText = useActionText();
  const entity = useEntityText()(entry);
  const { action, actorKind, actorName, detail } = entry;
  return (
    <DetailDrawer open onClose={onClose} title={actionText(action)}>
      <KeyValues
        items={[
          [text('audit.at'), format.instant(entry.at)],
          [text('audit.actor'), actorName ? `${actorName} (${text(`audit.kind.${actorKind}`)})` : text(`audit.kind.${actorKind}`)],
          [text('audit.entity'), entity],
          [text('audit.code'), <Mono key="action">{action}</Mono>],
          [text('audit.via'), entry.via],
          [text('audit.context'), entry.context],
          [text('audit.trace'), entry.traceId && <Mono>{entry.traceId}</Mono>],
        ]}
      />
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
        {actorName && (
          <Button variant="outlined" color="inherit" onClick={onActor}>
            {text('audit.byActor', { name: actorName })}
          </Button>
        )}
        <Button variant="outlined" color="inherit" onClick={onEntity}>
          {text('audit.ofEntity', { name: entity })}
        </Button>
      </Box>
      <Box>
        <Typography variant="subtitle2" component="h3" sx={{ mb: 0.75 }}>
          {text('audit.detail')}
        </Typography>
        {isEmpty(detail) ? (
          <Typography variant="body2" color="textSecondary">
            {text('audit.noDetail')}
          </Typography>
        ) : (
          <JsonView value={detail} label={text('audit.detail')} />
        )}
      </Box>
    </DetailDrawer>
  );
}

function isEmpty(detail: unknown): boolean {
  return detail === null || detail === undefined || (typeof detail === 'object' && Object.keys(detail).length === 0);
}
