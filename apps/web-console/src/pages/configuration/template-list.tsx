import Rule from '@mui/icons-material/RuleOutlined';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useQuery } from '@apollo/client/react';
import { DataTable, EmptyState, ErrorState, StatusChip, useFormat, wholeList, type Column } from '@ampline/ui';
import { useMemo, useState } from 'react';
import { OPERATORS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import { ConfigurationTemplatesDocument, type TemplateRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { ListBar } from '../users/list-bar.js';
import { TemplateDrawer } from './template-drawer.js';
import { TemplateForm } from './template-form.js';
import { useRuleText } from './use-rule-text.js';

/** Configuration templates, the one that counts most first. */
export function TemplateList() {
  const text = useText();
  const format = useFormat();
  const ruleText = useRuleText();
  const operates = useViewer().may(...OPERATORS);
  const { data, error, refetch } = useQuery(ConfigurationTemplatesDocument, { fetchPolicy: 'cache-and-network' });
  const [shown, setShown] = useState<string>();
  const [form, setForm] = useState<'new' | TemplateRowFragment>();
  const current = data?.configurationTemplates.find(({ id }) => id === shown);
  const reload = () => void refetch().catch(() => undefined);
  const columns = useMemo<[Column<TemplateRowFragment>, ...Column<TemplateRowFragment>[]]>(
    () => [
      { key: 'name', header: text('templates.name'), width: '22%', cell: ({ content }) => content.name },
      {
        key: 'mode',
        header: text('templates.mode'),
        width: '140px',
        card: 'badge',
        cell: ({ content: { mode } }) => (
          <StatusChip status={mode === 'ENFORCE' ? 'ACTIVE' : 'OPEN'} label={text(`templates.mode.${mode}`)} />
        ),
      },
      { key: 'rule', header: text('templates.rule'), cell: ({ content }) => ruleText(content.rule) },
      {
        key: 'settings',
        header: text('templates.settings'),
        from: 'md',
        cell: ({ content }) => content.settings.map(({ key }) => key).join(', '),
      },
      {
        key: 'priority',
        header: text('templates.priority'),
        width: '100px',
        align: 'end',
        from: 'md',
        cell: ({ content }) => format.integer(content.priority),
      },
      {
        key: 'stations',
        header: text('templates.stations'),
        width: '110px',
        align: 'end',
        cell: ({ stations }) => format.integer(stations),
      },
      { key: 'drifted', header: text('templates.drifted'), width: '120px', align: 'end', cell: ({ drifted }) => format.integer(drifted) },
    ],
    [format, ruleText, text],
  );
  if (error !== undefined && data === undefined) return <ErrorState error={error} onRetry={reload} />;
  return (
    <>
      <ListBar {...(operates && { create: { label: text('templates.create'), onClick: () => setForm('new') } })}>
        <Typography variant="body2" color="textSecondary" sx={{ mb: 2, maxWidth: 640 }}>
          {text('templates.hint')}
        </Typography>
      </ListBar>
      <DataTable
        label={text('templates.tab.templates')}
        pages={wholeList(data?.configurationTemplates)}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setShown(id)}
        columns={columns}
        expected={4}
        maxHeight="max(320px, calc(100dvh - 330px))"
        empty={
          <EmptyState icon={<Rule />} title={text('templates.none')}>
            <Box sx={{ maxWidth: 460 }}>{text('templates.noneHint')}</Box>
          </EmptyState>
        }
      />
      {current && <TemplateDrawer template={current} onClose={() => setShown(undefined)} onEdit={() => setForm(current)} onGone={reload} />}
      {form !== undefined && (
        <TemplateForm template={form === 'new' ? undefined : form} onClose={() => setForm(undefined)} onSaved={reload} />
      )}
    </>
  );
}
