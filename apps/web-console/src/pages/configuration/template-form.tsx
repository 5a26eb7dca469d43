import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useApolloClient, useMutation, useQuery } from '@apollo/client/react';
import { FormCheckbox, FormDialog, FormSelect, FormText, useFailureText, useSubmission, useToasts } from '@ampline/ui';
import { useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import {
  PutConfigurationTemplateDocument,
  SiteNamesDocument,
  StationChoiceDocument,
  StationChoicesDocument,
  TemplatePreviewDocument,
  type TemplatePreviewQuery,
  type TemplateRowFragment,
} from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { fieldRules } from '../../parts/rules.js';
import { PreviewShown } from './preview-shown.js';
import { badSetting, inputOf, linesOf, valuesOf, type TemplateValues } from './template-values.js';

interface TemplateFormProps {
  /** Absent: a new one. */
  template: TemplateRowFragment | undefined;
  onClose: () => void;
  onSaved: () => void;
}

/** Makes a template or changes one; shows beforehand what that changes at which stations. */
export function TemplateForm({ template, onClose, onSaved }: TemplateFormProps) {
  const text = useText();
  const toasts = useToasts();
  const failureText = useFailureText();
  const rules = fieldRules(text);
  const client = useApolloClient();
  const sites = useQuery(SiteNamesDocument).data?.sites.nodes ?? [];
  const form = useForm<TemplateValues>({ defaultValues: valuesOf(template?.content, []) });
  const { control, getValues, setError, setValue, trigger } = form;
  const [put] = useMutation(PutConfigurationTemplateDocument);
  const [preview, setPreview] = useState<TemplatePreviewQuery['configurationTemplatePreview']>();
  const [looking, setLooking] = useState(false);
  const stationIds = template?.content.rule.stationIds;
  useEffect(() => {
    if (!stationIds?.length) return;
    const asked = stationIds.map((id) => client.query({ query: StationChoiceDocument, variables: { id } }));
    void Promise.all(asked).then(
      (found) => setValue('stations', found.map(({ data }) => data?.station?.identity ?? '').join('\n')),
      () => undefined,
    );
  }, [client, setValue, stationIds]);

  /** Undefined, with the problem at the field, when an identity is nobody's. */
  const input = async (values: TemplateValues) => {
    const ids: string[] = [];
    for (const identity of linesOf(values.stations)) {
      const { data } = await client.query({ query: StationChoicesDocument, variables: { search: identity } });
      const found = data?.stations.nodes.find((station) => station.identity.toLowerCase() === identity.toLowerCase());
      if (!found) {
        setError('stations', { message: text('templates.unknownStation', { station: identity }) });
        return undefined;
      }
      ids.push(found.id);
    }
    return inputOf(values, ids);
  };
  const look = async () => {
    if (!(await trigger())) return;
    setLooking(true);
    try {
      const wanted = await input(getValues());
      if (!wanted) return;
      const variables = { id: template?.id ?? null, input: wanted };
      const { data } = await client.query({ query: TemplatePreviewDocument, variables, fetchPolicy: 'network-only' });
      setPreview(data?.configurationTemplatePreview);
    } catch (error) {
      setError('root', { message: failureText(error) });
    } finally {
      setLooking(false);
    }
  };
  const submission = useSubmission(form, async (values) => {
    const wanted = await input(values);
    if (!wanted) return;
    await put({ variables: { id: template?.id ?? null, version: template?.version ?? 0, input: wanted } });
    toasts.success(text('templates.saved', { name: wanted.name }));
    onSaved();
    onClose();
  });
  const two = { display: 'grid', gap: 2, gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr' } };
  return (
    <FormDialog
      open
      onClose={onClose}
      title={template === undefined ? text('templates.create') : text('templates.editTitle', { name: template.content.name })}
      action={text('parts.save')}
      {...submission}
    >
      <FormText control={control} name="name" label={text('templates.name')} rules={rules.required} autoComplete="off" autoFocus />
      <FormText
        control={control}
        name="settings"
        label={text('templates.settings')}
        hint={text('templates.settingsHint', { variables: '{station} {site} {vendor} {model} {serial}' })}
        rules={{
          ...rules.required,
          validate: (value) => {
            const bad = badSetting(String(value));
            return bad === undefined || text('templates.badSetting', { line: bad });
          },
        }}
        multiline
        minRows={3}
        autoComplete="off"
      />
      <Box sx={two}>
        <FormText control={control} name="vendor" label={text('templates.vendor')} hint={text('templates.anyHint')} autoComplete="off" />
        <FormText control={control} name="model" label={text('stations.model')} hint={text('templates.anyHint')} autoComplete="off" />
        <FormText
          control={control}
          name="firmwareFrom"
          label={text('templates.firmwareFrom')}
          hint={text('templates.anyHint')}
          autoComplete="off"
        />
        <FormText
          control={control}
          name="firmwareBefore"
          label={text('templates.firmwareBefore')}
          hint={text('templates.anyHint')}
          autoComplete="off"
        />
      </Box>
      <FormSelect
        control={control}
        name="siteIds"
        label={text('templates.sites')}
        hint={text('templates.sitesHint')}
        multiple
        options={sites.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <FormText
        control={control}
        name="stations"
        label={text('templates.onlyStations')}
        hint={text('templates.onlyStationsHint')}
        multiline
        autoComplete="off"
      />
      <Box sx={two}>
        <FormSelect
          control={control}
          name="mode"
          label={text('templates.mode')}
          options={(['ENFORCE', 'OBSERVE'] as const).map((value) => ({ value, label: text(`templates.modeText.${value}`) }))}
        />
        <FormText
          control={control}
          name="priority"
          label={text('templates.priority')}
          hint={text('templates.priorityHint')}
          rules={{ ...rules.required, pattern: { value: /^([1-9]\d{0,2}|1000)$/, message: text('onboarding.badLimit') } }}
          slotProps={{ htmlInput: { inputMode: 'numeric' } }}
          autoComplete="off"
        />
      </Box>
      <FormCheckbox control={control} name="resetWhenIdle" label={text('templates.resetWhenIdle')} />
      <div>
        <Button variant="outlined" loading={looking} onClick={() => void look()}>
          {text('templates.preview')}
        </Button>
      </div>
      {preview && <PreviewShown preview={preview} />}
    </FormDialog>
  );
}
