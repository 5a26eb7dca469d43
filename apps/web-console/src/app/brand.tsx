import { useQuery } from '@apollo/client/react';
import { AMPLINE_LOOK, BrandProvider, useLocale, useSession } from '@ampline/ui';
import { createContext, useContext, useEffect, type ReactNode } from 'react';
import { BrandDocument, ViewerDocument, type BrandLookFragment } from '../generated/graphql.js';

type Brand = Pick<BrandLookFragment, 'name' | 'primaryColor' | 'accentColor'> & Partial<BrandLookFragment>;
const Context = createContext<Brand>(AMPLINE_LOOK);

/** Dresses the console: in the brand of whoever is logged in, else in the one of the host. */
export function Branded({ children }: { children: ReactNode }) {
  const { now } = useSession();
  const { suggest } = useLocale();
  const publicBrand = useQuery(BrandDocument).data?.brand;
  const viewer = useQuery(ViewerDocument, { skip: now.is !== 'in' }).data?.viewer;
  const brand: Brand = viewer?.brand ?? publicBrand ?? AMPLINE_LOOK;
  const locale = viewer?.locale;
  useEffect(() => {
    if (locale !== undefined) suggest(locale);
  }, [locale, suggest]);
  useEffect(() => {
    document.documentElement.dataset['brand'] = brand.name;
  }, [brand.name]);
  return (
    <Context value={brand}>
      <BrandProvider brand={brand}>{children}</BrandProvider>
    </Context>
  );
}

export function useBrand(): Brand {
  return useContext(Context);
}
