import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';
import { useMutation, useQuery } from '@apollo/client/react';
import { DataTable, FormDialog, FormText, useFormat, useSubmission, wholeList, type Column } from '@ampline/ui';
import { useMemo, useState } from 'react';
import { useForm } from 'react-hook-form';
import { FeaturesDocument, SetFeatureDocument, type FeatureRowFragment } from '../../generated/graphql.js';
import { useText, type ConsoleKey } from '../../messages.js';
import { settingsMessages } from './settings-messages.js';

/** Features and the share of users who have them. */
export function FeaturesTab() {
  const text = useText();
  const format = useFormat();
  const { data, error, refetch } = useQuery(FeaturesDocument);
  const [shown, setShown] = useState<FeatureRowFragment>();
  const columns = useMemo<[Column<FeatureRowFragment>, ...Column<FeatureRowFragment>[]]>(
    () => [
      { key: 'name', header: text('features.name'), width: '30%', cell: (feature) => namesOf(feature, text).name },
      { key: 'text', header: text('audit.detail'), from: 'md', card: 'hidden', cell: (feature) => namesOf(feature, text).description },
      {
        key: 'share',
        header: text('features.share'),
        width: '220px',
        cell: (feature) => (
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.5, minWidth: 160 }}>
            <LinearProgress
              variant="determinate"
              value={feature.percentage}
              aria-label={namesOf(feature, text).name}
              sx={{ flex: 1, height: 6, borderRadius: 3 }}
            />
            <Box component="span" sx={{ minWidth: 44, textAlign: 'end' }}>
              {format.percent(feature.percentage)}
            </Box>
          </Box>
        ),
      },
    ],
    [format, text],
  );
  return (
    <>
      <Typography variant="body2" color="textSecondary" sx={{ mb: 2 }}>
        {text('features.hint')}
      </Typography>
      <DataTable
        label={text('settings.tab.features')}
        pages={wholeList(data?.features, error, () => void refetch().catch(() => undefined))}
        rowKey={({ key }) => key}
        onOpen={setShown}
        columns={columns}
        expected={3}
        empty={null}
      />
      {shown && <FeatureForm feature={shown} onClose={() => setShown(undefined)} />}
    </>
  );
}

function FeatureForm({ feature, onClose }: { feature: FeatureRowFragment; onClose: () => void }) {
  const text = useText();
  const format = useFormat();
  const form = useForm({ defaultValues: { percentage: String(feature.percentage) } });
  const [set] = useMutation(SetFeatureDocument, { refetchQueries: [FeaturesDocument] });
  const submission = useSubmission(form, async ({ percentage }) => {
    await set({ variables: { key: feature.key, percentage: Number(percentage) } });
    onClose();
  });
  const { name, description } = namesOf(feature, text);
  return (
    <FormDialog open onClose={onClose} title={text('features.setTitle', { name })} action={text('parts.save')} {...submission}>
      <Typography variant="body2" color="textSecondary">
        {description}
      </Typography>
      <FormText
        control={form.control}
        name="percentage"
        label={text('features.percentage')}
        hint={text('features.default', { share: format.percent(feature.defaultPercentage) })}
        rules={{
          required: text('features.badPercentage'),
          pattern: { value: /^(?:100|\d{1,2})$/, message: text('features.badPercentage') },
        }}
        slotProps={{ htmlInput: { inputMode: 'numeric' } }}
        autoComplete="off"
        autoFocus
      />
    </FormDialog>
  );
}

/** Words for a feature; those of the API for one that only a newer platform knows. */
function namesOf({ key, description }: FeatureRowFragment, text: ReturnType<typeof useText>) {
  if (!(`feature.${key}` in settingsMessages.en)) return { name: key, description };
  return { name: text(`feature.${key}` as ConsoleKey), description: text(`feature.${key}.text` as ConsoleKey) };
}
