import Box from '@mui/material/Box';
import Chip from '@mui/material/Chip';
import { useMutation, useQuery } from '@apollo/client/react';
import { FormDialog, FormSelect, useSubmission, useToasts } from '@ampline/ui';
import { Controller, useForm, useWatch, type Control } from 'react-hook-form';
import {
  LocalListDocument,
  LocalListPoliciesDocument,
  SetLocalListPolicyDocument,
  SiteChoicesDocument,
  TokenGroupsDocument,
  type LocalListPolicyRowFragment,
  type LocalListSelection,
} from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import type { Choice } from '../../parts/async-choice.js';
import { FormChoices } from '../../parts/form-choices.js';
import { IdTokenChoice } from '../../parts/id-token-choice.js';
import { StationChoice } from '../../parts/station-choice.js';

const SCOPES = ['tenant', 'site', 'station'] as const;
const SELECTIONS: readonly LocalListSelection[] = ['ALL', 'GROUPS', 'CHOSEN', 'UNMANAGED'];

interface PolicyFormProps {
  onClose: () => void;
  title: string;
  /** What it is for, where that is settled; the person chooses otherwise. */
  scope?: { siteId: string | null; stationId: string | null };
  /** What holds now. */
  policy?: Pick<LocalListPolicyRowFragment, 'selection' | 'groupIds' | 'chosen'> | undefined;
}

interface Values {
  scope: (typeof SCOPES)[number];
  siteId: string;
  stationId: string;
  selection: LocalListSelection;
  groupIds: string[];
  chosen: Choice[];
}

/** Which id tokens go to the lists of the stations of a tenant, a site, or of one. */
export function PolicyForm({ onClose, title, scope, policy }: PolicyFormProps) {
  const text = useText();
  const toasts = useToasts();
  const groups = useQuery(TokenGroupsDocument).data?.tokenGroups.nodes ?? [];
  const [set] = useMutation(SetLocalListPolicyDocument, { refetchQueries: [LocalListPoliciesDocument, LocalListDocument] });
  const form = useForm<Values>({ defaultValues: { ...scopeValues(scope), ...policyValues(policy) } });
  const { control } = form;
  const selection = useWatch({ control, name: 'selection' });
  const submission = useSubmission(form, async (values) => {
    const { data } = await set({ variables: { input: inputOf(values) } });
    toasts.success(text('localList.set', { count: data?.setLocalListPolicy.stations ?? 0 }));
    onClose();
  });
  return (
    <FormDialog open onClose={onClose} title={title} action={text('parts.save')} {...submission}>
      {scope === undefined && <ScopeFields control={control} />}
      <FormSelect
        control={control}
        name="selection"
        label={text('localList.selection')}
        options={SELECTIONS.map((value) => ({ value, label: text(`localList.selection.${value}`) }))}
      />
      {selection === 'GROUPS' && (
        <FormChoices
          control={control}
          name="groupIds"
          label={text('localList.groups')}
          needed={text('localList.needGroup')}
          options={groups.map(({ id, name, groupToken }) => ({ value: id, label: name, hint: groupToken }))}
        />
      )}
      {selection === 'CHOSEN' && <ChosenField control={control} />}
    </FormDialog>
  );
}

function ScopeFields({ control }: { control: Control<Values> }) {
  const text = useText();
  const scope = useWatch({ control, name: 'scope' });
  const sites = useQuery(SiteChoicesDocument, { skip: scope !== 'site' }).data?.sites.nodes ?? [];
  return (
    <>
      <FormSelect
        control={control}
        name="scope"
        label={text('localList.scope')}
        options={SCOPES.map((value) => ({ value, label: text(`localList.scope.${value}`) }))}
      />
      {scope === 'site' && (
        <FormSelect
          control={control}
          name="siteId"
          label={text('localList.scope.site')}
          options={sites.map(({ id, name }) => ({ value: id, label: name }))}
          rules={{ required: text('localList.needSite') }}
        />
      )}
      {scope === 'station' && (
        <Controller
          control={control}
          name="stationId"
          rules={{ required: text('localList.needStation') }}
          render={({ field, fieldState: { error } }) => (
            <StationChoice value={field.value} onChange={field.onChange} error={error?.message} />
          )}
        />
      )}
    </>
  );
}

/** Any number of id tokens, added one by one. */
function ChosenField({ control }: { control: Control<Values> }) {
  const text = useText();
  return (
    <Controller
      control={control}
      name="chosen"
      rules={{ validate: (chosen) => chosen.length > 0 || text('localList.needToken') }}
      render={({ field: { value: chosen, onChange }, fieldState: { error } }) => (
        <Box sx={{ display: 'grid', gap: 1 }}>
          <IdTokenChoice
            key={chosen.length}
            label={text('localList.add')}
            value={null}
            onChange={(choice) => choice && !chosen.some(({ id }) => id === choice.id) && onChange([...chosen, choice])}
            error={error !== undefined}
            {...(error?.message !== undefined && { hint: error.message })}
          />
          <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75 }}>
            {chosen.map(({ id, label }) => (
              <Chip
                key={id}
                label={label}
                aria-label={text('localList.remove', { token: label })}
                onDelete={() => onChange(chosen.filter((one) => one.id !== id))}
              />
            ))}
          </Box>
        </Box>
      )}
    />
  );
}

function scopeValues(scope: PolicyFormProps['scope']): Pick<Values, 'scope' | 'siteId' | 'stationId'> {
  const { siteId = null, stationId = null } = scope ?? {};
  return {
    scope: stationId !== null ? 'station' : siteId !== null ? 'site' : 'tenant',
    siteId: siteId ?? '',
    stationId: stationId ?? '',
  };
}

function policyValues(policy: PolicyFormProps['policy']): Pick<Values, 'selection' | 'groupIds' | 'chosen'> {
  const chosen = policy?.chosen ?? [];
  return {
    selection: policy?.selection ?? 'ALL',
    groupIds: [...(policy?.groupIds ?? [])],
    chosen: chosen.map(({ idTokenId, idToken }) => ({ id: idTokenId, label: idToken ?? '–' })),
  };
}

function inputOf({ scope, siteId, stationId, selection, groupIds, chosen }: Values) {
  return {
    selection,
    ...(scope === 'site' && { siteId }),
    ...(scope === 'station' && { stationId }),
    ...(selection === 'GROUPS' && { groupIds }),
    ...(selection === 'CHOSEN' && { idTokenIds: chosen.map(({ id }) => id) }),
  };
}
