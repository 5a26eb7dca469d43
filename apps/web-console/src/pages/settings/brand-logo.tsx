import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useApolloClient } from '@apollo/client/react';
import { Section, useFailureText, useToasts } from '@ampline/ui';
import { useRef, useState, type ChangeEvent } from 'react';
import { BrandsDocument, type BrandSettingsFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { useRest } from '../../parts/use-rest.js';

const LARGEST = 256 * 1_024;
const TYPES = ['image/png', 'image/svg+xml'];

/** The logo of a brand, and how to change it. */
export function BrandLogo({ brand, onChanged }: { brand: BrandSettingsFragment; onChanged: () => void }) {
  const text = useText();
  const toasts = useToasts();
  const failureText = useFailureText();
  const client = useApolloClient();
  const rest = useRest();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const take = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const file = target.files?.[0];
    target.value = '';
    if (file === undefined) return;
    setProblem(undefined);
    if (file.size > LARGEST) return setProblem(text('brand.logoTooLarge'));
    setBusy(true);
    try {
      await rest(`/rest/v1/brands/${brand.id}/logo`, { method: 'PUT', headers: { 'content-type': file.type }, body: file });
      await client.refetchQueries({ include: [BrandsDocument] });
      onChanged();
      toasts.success(text('brand.logoSaved'));
    } catch (error) {
      setProblem(failureText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section title={text('brand.logo')} hint={text('brand.logoHint')}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, flexWrap: 'wrap' }}>
        {brand.logoUrl ? (
          <Box component="img" src={brand.logoUrl} alt={text('brand.logoAlt')} sx={{ width: 56, height: 56, objectFit: 'contain' }} />
        ) : (
          <Typography variant="body2" color="textSecondary" sx={{ flex: 1, minWidth: 200 }}>
            {text('brand.logoNone')}
          </Typography>
        )}
        <input ref={input} type="file" accept={TYPES.join(',')} onChange={(event) => void take(event)} hidden />
        <Button variant="outlined" color="inherit" loading={busy} onClick={() => input.current?.click()}>
          {text('brand.logoChoose')}
        </Button>
      </Box>
      <Typography role="alert" variant="body2" color="error" sx={{ mt: problem === undefined ? 0 : 1.5 }}>
        {problem}
      </Typography>
    </Section>
  );
}
