import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { useQuery } from '@apollo/client/react';
import { ErrorState, SelectFilter } from '@ampline/ui';
import { useState } from 'react';
import { BrandsDocument } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { BrandForm } from './brand-form.js';

/** The brands that pages wear: one, or several of a tenant. */
export function BrandTab() {
  const text = useText();
  const { data, error, refetch } = useQuery(BrandsDocument);
  const [chosen, setChosen] = useState('');
  const brands = data?.brands.nodes ?? [];
  const brand = brands.find(({ id }) => id === chosen) ?? brands.find(({ isDefault }) => isDefault) ?? brands[0];
  if (brand === undefined) {
    return error === undefined ? (
      <Skeleton variant="rounded" height={480} />
    ) : (
      <ErrorState error={error} onRetry={() => void refetch().catch(() => undefined)} />
    );
  }
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      {brands.length > 1 && (
        <Box sx={{ maxWidth: 320, display: 'grid' }}>
          <SelectFilter
            label={text('brand.which')}
            value={chosen}
            onChange={setChosen}
            all={text('brand.default', { name: brands.find(({ isDefault }) => isDefault)?.name ?? '–' })}
            options={brands.filter(({ isDefault }) => !isDefault).map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Box>
      )}
      <BrandForm key={brand.id} brand={brand} />
    </Box>
  );
}
