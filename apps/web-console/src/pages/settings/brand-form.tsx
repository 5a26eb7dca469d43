import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useApolloClient, useMutation } from '@apollo/client/react';
import { FormSelect, FormText, LOCALES, Section, useSubmission, useToasts } from '@ampline/ui';
import type { ChangeEvent } from 'react';
import { Controller, useForm, useWatch } from 'react-hook-form';
import { BrandDocument, UpdateBrandDocument, ViewerDocument, type BrandSettingsFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { fieldRules, orNull } from '../../parts/rules.js';
import { BrandLogo } from './brand-logo.js';
import { BrandPreview } from './brand-preview.js';

const COLOUR = /^#[0-9a-f]{6}$/i;
const LANGUAGES: Readonly<Record<(typeof LOCALES)[number], string>> = { de: 'Deutsch', en: 'English' };

/** Changes a brand, with a look at what becomes of it. */
export function BrandForm({ brand }: { brand: BrandSettingsFragment }) {
  const text = useText();
  const toasts = useToasts();
  const client = useApolloClient();
  const rules = fieldRules(text);
  const form = useForm({
    defaultValues: {
      name: brand.name,
      primaryColor: brand.primaryColor,
      accentColor: brand.accentColor,
      defaultLocale: brand.defaultLocale,
      supportEmail: brand.supportEmail ?? '',
      supportPhone: brand.supportPhone ?? '',
      imprintUrl: brand.imprintUrl ?? '',
      privacyUrl: brand.privacyUrl ?? '',
      termsUrl: brand.termsUrl ?? '',
    },
  });
  const { control } = form;
  const [name, primary, accent] = useWatch({ control, name: ['name', 'primaryColor', 'accentColor'] });
  const [update] = useMutation(UpdateBrandDocument);
  const worn = () => client.refetchQueries({ include: [ViewerDocument, BrandDocument] });
  const submission = useSubmission(form, async (values) => {
    const look = {
      name: values.name,
      primaryColor: values.primaryColor,
      accentColor: values.accentColor,
      defaultLocale: values.defaultLocale,
      hosts: brand.hosts,
      supportEmail: orNull(values.supportEmail),
      supportPhone: orNull(values.supportPhone),
      imprintUrl: orNull(values.imprintUrl),
      privacyUrl: orNull(values.privacyUrl),
      termsUrl: orNull(values.termsUrl),
    };
    await update({ variables: { id: brand.id, look } });
    toasts.success(text('brand.saved'));
  });

  const colourField = (field: 'primaryColor' | 'accentColor', label: string) => (
    <Box sx={{ display: 'grid', gridTemplateColumns: '44px minmax(0, 1fr)', gap: 1.25, alignItems: 'start' }}>
      <Controller
        control={control}
        name={field}
        render={({ field: { value, onChange } }) => (
          <Box
            component="input"
            type="color"
            value={COLOUR.test(value) ? value.toLowerCase() : '#000000'}
            onChange={(event: ChangeEvent<HTMLInputElement>) => onChange(event.target.value)}
            aria-label={text('brand.pick', { label })}
            sx={({ vars }) => ({
              width: 44,
              height: 38,
              p: 0.5,
              borderRadius: 1,
              border: `1px solid ${vars?.palette.surface.outline}`,
              background: 'none',
              cursor: 'pointer',
            })}
          />
        )}
      />
      <FormText
        control={control}
        name={field}
        label={label}
        rules={{ ...rules.required, pattern: { value: COLOUR, message: text('brand.badColour') } }}
        autoComplete="off"
      />
    </Box>
  );

  return (
    <Box sx={{ display: 'grid', gap: 2, alignItems: 'start', gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) 440px' } }}>
      <Box component="form" noValidate onSubmit={submission.onSubmit} sx={{ display: 'grid', gap: 2 }}>
        {submission.failure !== undefined && <Alert severity="error">{submission.failure}</Alert>}
        <Section title={text('brand.look')}>
          <Box sx={{ display: 'grid', gap: 2, pt: 0.5 }}>
            <FormText control={control} name="name" label={text('brand.name')} rules={rules.required} autoComplete="off" />
            <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr' } }}>
              {colourField('primaryColor', text('brand.primary'))}
              {colourField('accentColor', text('brand.accent'))}
            </Box>
            <FormSelect
              control={control}
              name="defaultLocale"
              label={text('brand.locale')}
              options={LOCALES.map((value) => ({ value, label: LANGUAGES[value] }))}
            />
          </Box>
        </Section>
        <Section title={text('brand.contacts')}>
          <Box sx={{ display: 'grid', gap: 2, pt: 0.5, gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr' } }}>
            <FormText
              control={control}
              name="supportEmail"
              type="email"
              label={text('brand.supportEmail')}
              rules={rules.email}
              autoComplete="off"
            />
            <FormText control={control} name="supportPhone" type="tel" label={text('brand.supportPhone')} autoComplete="off" />
            <FormText control={control} name="imprintUrl" type="url" label={text('brand.imprint')} rules={rules.url} autoComplete="off" />
            <FormText control={control} name="privacyUrl" type="url" label={text('brand.privacy')} rules={rules.url} autoComplete="off" />
            <FormText control={control} name="termsUrl" type="url" label={text('brand.terms')} rules={rules.url} autoComplete="off" />
          </Box>
        </Section>
        <div>
          <Button type="submit" variant="contained" loading={submission.busy}>
            {text('parts.save')}
          </Button>
        </div>
      </Box>
      <Box sx={{ display: 'grid', gap: 2 }}>
        <BrandPreview name={name} primary={primary} accent={accent} />
        <BrandLogo brand={brand} onChanged={() => void worn()} />
      </Box>
    </Box>
  );
}
