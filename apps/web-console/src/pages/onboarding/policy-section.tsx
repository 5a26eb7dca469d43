import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useMutation, useQuery } from '@apollo/client/react';
import { ErrorState, FormDialog, FormSelect, FormText, Section, useSubmission, useToasts } from '@ampline/ui';
import { useState } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import { OPERATORS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import {
  OnboardingPolicyDocument,
  SetOnboardingPolicyDocument,
  type OnboardingMode,
  type OnboardingPolicyShownFragment,
} from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { fieldRules, orNull } from '../../parts/rules.js';
import { useLocations } from './use-locations.js';

const MODES: readonly OnboardingMode[] = ['REJECT', 'PENDING', 'TOKEN'];

/** What happens to stations that nobody has entered. */
export function PolicySection() {
  const text = useText();
  const { may } = useViewer();
  const { data, error, refetch } = useQuery(OnboardingPolicyDocument);
  const [editing, setEditing] = useState(false);
  const policy = data?.onboardingPolicy;
  return (
    <Section
      title={text('onboarding.policy')}
      sx={{ mb: 2.5 }}
      actions={
        policy !== undefined &&
        may(...OPERATORS) && (
          <Button size="small" onClick={() => setEditing(true)}>
            {text('onboarding.policy.change')}
          </Button>
        )
      }
    >
      {error !== undefined && <ErrorState error={error} onRetry={() => void refetch().catch(() => undefined)} />}
      <Typography variant="body2" sx={{ minHeight: { xs: 80, sm: 40 } }}>
        {policy !== undefined && (
          <>
            <strong>{text(`onboarding.mode.${policy.mode}`)}</strong>{' '}
            {text(`onboarding.modeText.${policy.mode}`, {
              location: policy.location?.name ?? '–',
              pending: policy.maxPending,
              perHour: policy.maxPerHour,
            })}
          </>
        )}
      </Typography>
      {editing && policy !== undefined && <PolicyForm policy={policy} onClose={() => setEditing(false)} />}
    </Section>
  );
}

function PolicyForm({ policy, onClose }: { policy: OnboardingPolicyShownFragment; onClose: () => void }) {
  const text = useText();
  const toasts = useToasts();
  const rules = fieldRules(text);
  const locations = useLocations();
  const form = useForm({
    defaultValues: {
      mode: policy.mode,
      locationId: policy.location?.id ?? '',
      maxPending: String(policy.maxPending),
      maxPerHour: String(policy.maxPerHour),
    },
  });
  const { control } = form;
  const mode = useWatch({ control, name: 'mode' });
  const [set] = useMutation(SetOnboardingPolicyDocument, { refetchQueries: [OnboardingPolicyDocument] });
  const submission = useSubmission(form, async (values) => {
    const input = {
      mode: values.mode,
      locationId: orNull(values.locationId),
      maxPending: Number(values.maxPending),
      maxPerHour: Number(values.maxPerHour),
    };
    await set({ variables: { input } });
    toasts.success(text('onboarding.policy.changed'));
    onClose();
  });
  const limit = { ...rules.required, pattern: { value: /^([1-9]\d{0,2}|1000)$/, message: text('onboarding.badLimit') } };
  const numeric = { htmlInput: { inputMode: 'numeric' } } as const;
  return (
    <FormDialog open onClose={onClose} title={text('onboarding.policy')} action={text('parts.save')} {...submission}>
      <FormSelect
        control={control}
        name="mode"
        label={text('onboarding.policy.mode')}
        hint={text(`onboarding.modeHint.${mode}`)}
        options={MODES.map((value) => ({ value, label: text(`onboarding.mode.${value}`) }))}
      />
      {mode === 'PENDING' && (
        <>
          <FormSelect
            control={control}
            name="locationId"
            label={text('onboarding.policy.location')}
            hint={text('onboarding.policy.locationHint')}
            rules={rules.required}
            options={locations}
          />
          <FormText
            control={control}
            name="maxPending"
            label={text('onboarding.policy.maxPending')}
            rules={limit}
            slotProps={numeric}
            autoComplete="off"
          />
        </>
      )}
      {mode !== 'REJECT' && (
        <FormText
          control={control}
          name="maxPerHour"
          label={text('onboarding.policy.maxPerHour')}
          rules={limit}
          slotProps={numeric}
          autoComplete="off"
        />
      )}
    </FormDialog>
  );
}
