import { useUrlFilters, usePages } from '@ampline/ui';
import { useMemo } from 'react';
import { PEOPLE_READERS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import { IdTokensDocument, OwnIdTokensDocument } from '../../generated/graphql.js';
import { FILTERS, idTokenFilter } from './id-token-filter.js';
import { IdTokenList } from './id-token-list.js';

/** Cards and accounts that may charge: all of the tenant for staff, else one's own. */
export function IdTokensPage() {
  return useViewer().may(...PEOPLE_READERS, 'FLEET_MANAGER') ? <Everybodys /> : <Own />;
}

function Everybodys() {
  return <IdTokenList pages={usePages(IdTokensDocument, useFilter(), (data) => data.idTokens)} />;
}

function Own() {
  return <IdTokenList pages={usePages(OwnIdTokensDocument, useFilter(), (data) => data.idTokens)} />;
}

function useFilter() {
  const { values } = useUrlFilters(FILTERS);
  return useMemo(() => ({ filter: idTokenFilter(values) }), [values]);
}
