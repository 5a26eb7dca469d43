import Box from '@mui/material/Box';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import Skeleton from '@mui/material/Skeleton';
import { Suspense, useId, type ReactNode } from 'react';
import { useUrlFilters } from './url-state.js';

interface TabItem {
  value: string;
  label: string;
  /** May suspend: what is heavy is loaded when somebody opens it. */
  content: () => ReactNode;
}

const NAMES = ['tab'] as const;

/** Tabs that stand in the address; the first one when nothing does. */
export function UrlTabs({ label, tabs }: { label: string; tabs: readonly [TabItem, ...TabItem[]] }) {
  const { values, set } = useUrlFilters(NAMES);
  const id = useId();
  const chosen = tabs.find(({ value }) => value === values.tab) ?? tabs[0];
  return (
    <Box>
      <Tabs
        value={chosen.value}
        onChange={(_event, value: string) => set({ tab: value === tabs[0].value ? '' : value })}
        aria-label={label}
        variant="scrollable"
        scrollButtons="auto"
        allowScrollButtonsMobile
        sx={{ '& .MuiTabs-scrollButtons': { width: 28 } }}
      >
        {tabs.map((tab) => (
          <Tab key={tab.value} value={tab.value} label={tab.label} id={`${id}-${tab.value}`} aria-controls={`${id}-panel`} />
        ))}
      </Tabs>
      <Box role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${chosen.value}`} sx={{ pt: 2.5 }}>
        <Suspense key={chosen.value} fallback={<Skeleton variant="rounded" height={220} aria-busy />}>
          {chosen.content()}
        </Suspense>
      </Box>
    </Box>
  );
}
