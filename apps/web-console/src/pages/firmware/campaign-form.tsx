import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { useMutation, useQuery } from '@apollo/client/react';
import { FormCheckbox, FormDialog, FormSelect, FormText, useSubmission } from '@ampline/ui';
import { useForm, useWatch } from 'react-hook-form';
import { useNavigate } from 'react-router';
import {
  CreateFirmwareCampaignDocument,
  FirmwareCampaignsDocument,
  FirmwareImagesDocument,
  FirmwarePreviewDocument,
  SiteNamesDocument,
  type FileTransfer,
  type FirmwarePlanInput,
} from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { fieldRules } from '../../parts/rules.js';
import { minuteOf, stagesOf } from './stages.js';

interface Values {
  name: string;
  imageId: string;
  siteIds: string[];
  versions: string[];
  stages: string;
  pauseMinutes: string;
  concurrency: string;
  abortAbovePercent: string;
  attempts: string;
  from: string;
  until: string;
  transfer: FileTransfer | '';
  duringSessions: boolean;
}

const DEFAULTS: Values = {
  name: '',
  imageId: '',
  siteIds: [],
  versions: [],
  stages: '5, 25 %, 100 %',
  pauseMinutes: '60',
  concurrency: '10',
  abortAbovePercent: '20',
  attempts: '2',
  from: '',
  until: '',
  transfer: '',
  duringSessions: false,
};
const TRANSFERS: readonly FileTransfer[] = ['HTTPS', 'HTTP', 'FTPS', 'FTP'];
const NO_ROWS = { includeRetired: false };
const SHRUNK = { inputLabel: { shrink: true } };

/** Plans a campaign: it is a draft until somebody starts it. */
export function CampaignForm({ onClose }: { onClose: () => void }) {
  const text = useText();
  const navigate = useNavigate();
  const rules = fieldRules(text);
  const images = useQuery(FirmwareImagesDocument, { variables: NO_ROWS }).data?.firmwareImages.nodes ?? [];
  const sites = useQuery(SiteNamesDocument).data?.sites.nodes ?? [];
  const form = useForm<Values>({ defaultValues: DEFAULTS });
  const { control } = form;
  const [imageId, siteIds, versions] = useWatch({ control, name: ['imageId', 'siteIds', 'versions'] });
  const [create] = useMutation(CreateFirmwareCampaignDocument, { refetchQueries: [FirmwareCampaignsDocument] });
  const target = { siteIds, firmwareVersions: versions };
  const preview = useQuery(FirmwarePreviewDocument, { variables: { imageId, target }, skip: imageId === '' }).data?.firmwarePreview;
  const all = useQuery(FirmwarePreviewDocument, { variables: { imageId, target: { siteIds } }, skip: imageId === '' }).data
    ?.firmwarePreview;
  const submission = useSubmission(form, async (values) => {
    const { data } = await create({ variables: { input: { name: values.name.trim(), imageId, target, plan: planOf(values) } } });
    onClose();
    await navigate(`/firmware/${data?.createFirmwareCampaign.id}`);
  });
  const whole = (least: number, most: number) => ({
    required: text('parts.required'),
    validate: (value: unknown) =>
      (/^\d+$/.test(String(value)) && Number(value) >= least && Number(value) <= most) || text('firmware.badNumber', { least, most }),
  });

  return (
    <FormDialog open onClose={onClose} title={text('firmware.campaignTitle')} action={text('firmware.createDraft')} {...submission}>
      <FormText control={control} name="name" label={text('firmware.name')} rules={rules.required} autoFocus />
      <FormSelect
        control={control}
        name="imageId"
        label={text('firmware.image')}
        rules={rules.required}
        hint={images.length === 0 ? text('firmware.noImagesHint') : undefined}
        options={images.map(({ id, vendor, model, version }) => ({ value: id, label: [vendor, model, version].filter(Boolean).join(' ') }))}
      />
      <FormSelect
        control={control}
        name="siteIds"
        label={text('firmware.sites')}
        hint={text('firmware.sitesHint')}
        options={sites.map(({ id, name }) => ({ value: id, label: name }))}
        multiple
      />
      <FormSelect
        control={control}
        name="versions"
        label={text('firmware.fromVersions')}
        hint={text('firmware.fromVersionsHint')}
        options={(all?.versions ?? []).flatMap(({ version }) => (version === null ? [] : [{ value: version, label: version }]))}
        multiple
      />
      {preview && (
        <Alert severity={preview.stations === 0 ? 'warning' : 'info'} role="status">
          {text('firmware.preview', { stations: preview.stations, offline: preview.offline, upToDate: preview.upToDate })}
        </Alert>
      )}
      <FormText
        control={control}
        name="stages"
        label={text('firmware.stages')}
        hint={text('firmware.stagesHint')}
        rules={{ ...rules.required, validate: (value) => stagesOf(String(value)) !== undefined || text('firmware.badStages') }}
      />
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr' } }}>
        <FormText control={control} name="pauseMinutes" label={text('firmware.pauseMinutes')} rules={whole(0, 43_200)} />
        <FormText control={control} name="concurrency" label={text('firmware.concurrency')} rules={whole(1, 1_000)} />
        <FormText
          control={control}
          name="abortAbovePercent"
          label={text('firmware.abortAbove')}
          hint={text('firmware.abortHint')}
          rules={whole(0, 100)}
        />
        <FormText control={control} name="attempts" label={text('firmware.attempts')} rules={whole(1, 10)} />
        <FormText
          control={control}
          name="from"
          type="time"
          label={text('firmware.windowFrom')}
          hint={text('firmware.windowHint')}
          slotProps={SHRUNK}
        />
        <FormText
          control={control}
          name="until"
          type="time"
          label={text('firmware.windowUntil')}
          slotProps={SHRUNK}
          rules={{ validate: (value, { from }) => (value === '') === (from === '') || text('firmware.bothTimes') }}
        />
      </Box>
      <FormSelect
        control={control}
        name="transfer"
        label={text('firmware.transfer')}
        options={[{ value: '', label: text('firmware.transferBest') }, ...TRANSFERS.map((value) => ({ value, label: value }))]}
      />
      <FormCheckbox control={control} name="duringSessions" label={text('firmware.duringSessions')} />
    </FormDialog>
  );
}

function planOf(values: Values): FirmwarePlanInput {
  const [fromMinute, untilMinute] = [minuteOf(values.from), minuteOf(values.until)];
  return {
    stages: stagesOf(values.stages) ?? [],
    stagePauseS: Number(values.pauseMinutes) * 60,
    concurrency: Number(values.concurrency),
    abortAbovePercent: Number(values.abortAbovePercent),
    attempts: Number(values.attempts),
    duringSessions: values.duringSessions,
    transfer: values.transfer === '' ? null : values.transfer,
    window: fromMinute === null || untilMinute === null ? null : { fromMinute, untilMinute },
  };
}
