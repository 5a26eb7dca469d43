import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useMutation, useQuery } from '@apollo/client/react';
import { ConfirmDialog, DetailDrawer, KeyValues, Mono, TimeAgo, useFormat, useToasts } from '@ampline/ui';
import { useState } from 'react';
import { Link } from 'react-router';
import { OPERATORS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import {
  ApplyConfigurationDocument,
  RemoveConfigurationTemplateDocument,
  TemplateVersionsDocument,
  type TemplateRowFragment,
} from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { useRuleText } from './use-rule-text.js';

interface TemplateDrawerProps {
  template: TemplateRowFragment;
  onClose: () => void;
  onEdit: () => void;
  onGone: () => void;
}

/** A template, what it says, who changed it when. */
export function TemplateDrawer({ template, onClose, onEdit, onGone }: TemplateDrawerProps) {
  const text = useText();
  const format = useFormat();
  const toasts = useToasts();
  const ruleText = useRuleText();
  const operates = useViewer().may(...OPERATORS);
  const [removing, setRemoving] = useState(false);
  const [remove] = useMutation(RemoveConfigurationTemplateDocument);
  const [apply, applying] = useMutation(ApplyConfigurationDocument);
  const { id, content, stations, drifted } = template;
  const send = async () => {
    const { data } = await apply({ variables: { templateId: id } });
    toasts.success(text('templates.applied', { count: data?.applyConfiguration ?? 0 }));
  };
  return (
    <DetailDrawer open onClose={onClose} title={content.name}>
      <KeyValues
        items={[
          [text('templates.rule'), ruleText(content.rule)],
          [text('templates.mode'), text(`templates.mode.${content.mode}`)],
          [text('templates.priority'), format.integer(content.priority)],
          [text('templates.stations'), format.integer(stations)],
          [text('templates.drifted'), format.integer(drifted)],
          [text('templates.reset'), text(content.resetWhenIdle ? 'templates.yes' : 'templates.no')],
        ]}
      />
      <KeyValues minWidth={260} items={content.settings.map(({ key, value }) => [key, <Mono key={key}>{value || '–'}</Mono>] as const)} />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        {operates && (
          <>
            <Button variant="contained" onClick={onEdit}>
              {text('templates.edit')}
            </Button>
            <Button variant="outlined" loading={applying.loading} onClick={() => void send().catch(toasts.failure)}>
              {text('templates.apply')}
            </Button>
          </>
        )}
        {drifted > 0 && (
          <Button component={Link} to={`/configuration?tab=drift&template=${id}`} variant="outlined" color="warning">
            {text('templates.showDrift')}
          </Button>
        )}
        {operates && (
          <Button color="error" onClick={() => setRemoving(true)}>
            {text('templates.remove')}
          </Button>
        )}
      </Box>
      <Versions key={template.version} id={id} />
      <ConfirmDialog
        open={removing}
        onClose={() => setRemoving(false)}
        title={text('templates.removeTitle', { name: content.name })}
        action={text('templates.remove')}
        danger
        onConfirm={async () => {
          await remove({ variables: { id } });
          toasts.success(text('templates.removed', { name: content.name }));
          onGone();
          onClose();
        }}
      >
        {text('templates.removeText')}
      </ConfirmDialog>
    </DetailDrawer>
  );
}

function Versions({ id }: { id: string }) {
  const text = useText();
  const { data } = useQuery(TemplateVersionsDocument, { variables: { id }, fetchPolicy: 'network-only' });
  return (
    <section>
      <Typography variant="h2" sx={{ mb: 1 }}>
        {text('templates.versions')}
      </Typography>
      <Box component="ol" reversed sx={{ m: 0, pl: 3, display: 'grid', gap: 0.75 }}>
        {data?.configurationTemplateVersions.map(({ version, changedBy, changedAt, content }) => (
          <Box component="li" key={version} value={version} sx={{ fontSize: '0.875rem' }}>
            {changedBy}, <TimeAgo at={changedAt} />
            <Typography variant="caption" color="textSecondary" component="div" sx={{ overflowWrap: 'anywhere' }}>
              {content.settings.map(({ key, value }) => `${key}=${value}`).join(', ')}
            </Typography>
          </Box>
        ))}
      </Box>
    </section>
  );
}
