import { useQuery } from '@apollo/client/react';
import { useCallback, useMemo } from 'react';
import { SiteNamesDocument, type TemplateContentFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

/** Says for which stations a template is. */
export function useRuleText(): (rule: TemplateContentFragment['rule']) => string {
  const text = useText();
  const sites = useQuery(SiteNamesDocument).data?.sites.nodes;
  const names = useMemo(() => new Map(sites?.map(({ id, name }) => [id, name])), [sites]);
  return useCallback(
    ({ vendor, model, firmwareFrom, firmwareBefore, siteIds, stationIds }) => {
      const parts = [
        [vendor, model].filter(Boolean).join(' '),
        firmwareFrom ? text('templates.rule.firmwareFrom', { version: firmwareFrom }) : '',
        firmwareBefore ? text('templates.rule.firmwareBefore', { version: firmwareBefore }) : '',
        siteIds.map((id) => names.get(id) ?? id).join(', '),
        stationIds.length > 0 ? text('templates.rule.stations', { count: stationIds.length }) : '',
      ].filter((part) => part !== '');
      return parts.length > 0 ? parts.join(' · ') : text('templates.rule.all');
    },
    [names, text],
  );
}
