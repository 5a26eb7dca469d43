import Add from '@mui/icons-material/Add';
import Edit from '@mui/icons-material/EditOutlined';
import Groups from '@mui/icons-material/GroupsOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { useMutation } from '@apollo/client/react';
import { DetailDrawer, EmptyState, FormDialog, FormText, Mono, useSubmission } from '@ampline/ui';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { OPERATORS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import {
  CreateTokenGroupDocument,
  TokenGroupsDocument,
  UpdateTokenGroupDocument,
  type TokenGroupRowFragment,
} from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { fieldRules } from '../../parts/rules.js';

const GROUP_TOKEN = /^[!-~](?:[ -~]{0,18}[!-~])?$/;

interface TokenGroupsProps {
  open: boolean;
  groups: readonly TokenGroupRowFragment[];
  onClose: () => void;
}

/** Groups of id tokens. */
export function TokenGroupsDrawer({ open, groups, onClose }: TokenGroupsProps) {
  const text = useText();
  const operator = useViewer().may(...OPERATORS);
  const [form, setForm] = useState<'new' | TokenGroupRowFragment>();
  return (
    <DetailDrawer open={open} onClose={onClose} title={text('groups.title')}>
      <Typography variant="body2" color="textSecondary">
        {text('groups.hint')}
      </Typography>
      {groups.length === 0 && <EmptyState icon={<Groups />} title={text('groups.none')} />}
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {groups.map((group) => (
          <Box
            component="li"
            key={group.id}
            sx={{ display: 'flex', alignItems: 'center', gap: 1, py: 1, borderBlockEnd: 1, borderColor: 'divider' }}
          >
            <Box sx={{ flex: 1, minWidth: 0 }}>
              <Typography variant="body2" sx={{ fontWeight: 560 }}>
                {group.name}
              </Typography>
              <Mono>{group.groupToken}</Mono>
            </Box>
            {operator && (
              <IconButton onClick={() => setForm(group)} aria-label={text('groups.edit', { name: group.name })}>
                <Edit fontSize="small" />
              </IconButton>
            )}
          </Box>
        ))}
      </Box>
      {operator && (
        <div>
          <Button variant="outlined" color="inherit" startIcon={<Add />} onClick={() => setForm('new')}>
            {text('groups.create')}
          </Button>
        </div>
      )}
      {form !== undefined && <GroupForm group={form === 'new' ? undefined : form} onClose={() => setForm(undefined)} />}
    </DetailDrawer>
  );
}

function GroupForm({ group, onClose }: { group: TokenGroupRowFragment | undefined; onClose: () => void }) {
  const text = useText();
  const rules = fieldRules(text);
  const form = useForm({ defaultValues: { name: group?.name ?? '', groupToken: group?.groupToken ?? '' } });
  const [create] = useMutation(CreateTokenGroupDocument, { refetchQueries: [TokenGroupsDocument] });
  const [update] = useMutation(UpdateTokenGroupDocument);
  const submission = useSubmission(form, async (values) => {
    if (group === undefined) await create({ variables: values });
    else await update({ variables: { id: group.id, ...values } });
    onClose();
  });
  return (
    <FormDialog
      open
      onClose={onClose}
      title={group === undefined ? text('groups.create') : text('groups.editTitle', { name: group.name })}
      action={text(group === undefined ? 'idToken.create' : 'parts.save')}
      {...submission}
    >
      <FormText control={form.control} name="name" label={text('groups.name')} rules={rules.required} autoFocus />
      <FormText
        control={form.control}
        name="groupToken"
        label={text('groups.token')}
        hint={text('groups.tokenHint')}
        rules={{ ...rules.required, pattern: { value: GROUP_TOKEN, message: text('groups.badToken') } }}
        autoComplete="off"
      />
    </FormDialog>
  );
}
