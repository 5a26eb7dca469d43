import AddIcon from '@mui/icons-material/Add';
import Delete from '@mui/icons-material/DeleteOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { MONO } from '@ampline/ui';
import type { ReactNode } from 'react';
import { useText } from '../../messages.js';
import { begunDraft, emptyDraft, isList, type Draft, type DraftObject } from './draft.js';
import { helpOf } from './payload-help.js';
import type { PayloadSchema } from './payload-schema.js';

export interface SchemaFieldProps {
  /** As OCPP calls it. */
  name: string;
  schema: PayloadSchema;
  draft: Draft;
  onChange: (draft: Draft) => void;
  required: boolean;
  /** JSON pointer. */
  at: string;
  /** Sentences by JSON pointer. */
  problems: ReadonlyMap<string, string>;
  /** Of a part that need not be there. */
  onRemove?: (() => void) | undefined;
}

type ObjectFieldsProps = Pick<SchemaFieldProps, 'schema' | 'onChange' | 'at' | 'problems'> & { draft: DraftObject };

/** One field of a payload, or a part that has fields of its own. */
export function SchemaField(props: SchemaFieldProps) {
  const { draft } = props;
  if (typeof draft === 'string') return <ScalarField {...props} draft={draft} />;
  return isList(draft) ? <ListFields {...props} draft={draft} /> : <PartFields {...props} draft={draft} />;
}

/** Longer texts, such as certificates, have several lines. */
const ONE_LINE = 512;

function ScalarField({ name, schema, draft, onChange, required, at, problems }: SchemaFieldProps & { draft: string }) {
  const text = useText();
  const problem = problems.get(at);
  const help = helpOf(name);
  const hints = [help && text(help), schema.format === 'date-time' && text('payload.localTime')].filter(Boolean);
  return (
    <TextField
      label={name}
      value={draft}
      required={required}
      onChange={(event) => onChange(event.target.value)}
      error={problem !== undefined}
      helperText={problem ?? (hints.join(' ') || undefined)}
      fullWidth
      {...kindOf(schema)}
    >
      {schema.enum && !required && <MenuItem value="">–</MenuItem>}
      {schema.enum?.map((value) => (
        <MenuItem key={value} value={value}>
          {value}
        </MenuItem>
      ))}
    </TextField>
  );
}

function kindOf(schema: PayloadSchema) {
  const inputLabel = { shrink: true };
  if (schema.enum) return { select: true };
  if (schema.format === 'date-time') return { type: 'datetime-local', slotProps: { inputLabel, htmlInput: { step: 1 } } };
  if (schema.type === 'integer') return { slotProps: { htmlInput: { inputMode: 'numeric' as const } } };
  if (schema.type === 'number') return { slotProps: { htmlInput: { inputMode: 'decimal' as const } } };
  if (!isLong(schema)) return {};
  return {
    multiline: true,
    minRows: 4,
    slotProps: { htmlInput: { style: { fontFamily: MONO, fontSize: '0.8125rem' }, spellCheck: false } },
  };
}

/** Fields of an object, its parts after them; what need not be there stands behind a button. */
export function ObjectFields({ schema, draft, onChange, at, problems }: ObjectFieldsProps) {
  const parts = Object.entries(schema.properties ?? {});
  const ordered = [...parts.filter(([, part]) => !isPart(part)), ...parts.filter(([, part]) => isPart(part))];
  return (
    <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: 'repeat(auto-fit, minmax(min(220px, 100%), 1fr))', alignItems: 'start' }}>
      {ordered.map(([name, part]) => {
        const given = draft[name];
        const required = schema.required?.includes(name) ?? false;
        const without = () => onChange(Object.fromEntries(Object.entries(draft).filter(([key]) => key !== name)));
        return (
          <Box key={name} sx={{ minWidth: 0, ...((isPart(part) || isLong(part)) && { gridColumn: '1 / -1' }) }}>
            {given === undefined ? (
              <Add name={name} onClick={() => onChange({ ...draft, [name]: begunDraft(part) })} />
            ) : (
              <SchemaField
                name={name}
                schema={part}
                draft={given}
                required={required}
                at={`${at}/${name}`}
                problems={problems}
                onChange={(changed) => onChange({ ...draft, [name]: changed })}
                {...(!required && { onRemove: without })}
              />
            )}
          </Box>
        );
      })}
    </Box>
  );
}

function PartFields(props: SchemaFieldProps & { draft: DraftObject }) {
  return (
    <Part name={props.name} onRemove={props.onRemove}>
      <ObjectFields {...props} />
    </Part>
  );
}

function ListFields({ name, schema, draft, onChange, at, problems, onRemove }: SchemaFieldProps & { draft: readonly Draft[] }) {
  const text = useText();
  const items = schema.items ?? { type: 'string' };
  const problem = problems.get(at);
  return (
    <Part name={name} problem={problem} onRemove={onRemove}>
      {draft.map((item, i) => (
        // Items have no identity but their place.
        <Box key={i} sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}>
          <Box sx={{ flex: 1, minWidth: 0 }}>
            {typeof item === 'string' || isList(item) ? (
              <SchemaField
                name={`${name} ${i + 1}`}
                schema={items}
                draft={item}
                required
                at={`${at}/${i}`}
                problems={problems}
                onChange={(changed) => onChange(draft.with(i, changed))}
              />
            ) : (
              <ObjectFields
                schema={items}
                draft={item}
                at={`${at}/${i}`}
                problems={problems}
                onChange={(changed) => onChange(draft.with(i, changed))}
              />
            )}
          </Box>
          <Remove label={text('payload.remove', { name: `${name} ${i + 1}` })} onClick={() => onChange(draft.filter((_, k) => k !== i))} />
        </Box>
      ))}
      <Add name={name} onClick={() => onChange([...draft, emptyDraft(items)])} />
    </Part>
  );
}

function Add({ name, onClick }: { name: string; onClick: () => void }) {
  const text = useText();
  return (
    <Box>
      <Button size="small" startIcon={<AddIcon />} onClick={onClick} sx={{ textAlign: 'start', overflowWrap: 'anywhere' }}>
        {text('payload.add', { name })}
      </Button>
    </Box>
  );
}

function Remove({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <IconButton size="small" aria-label={label} title={label} onClick={onClick}>
      <Delete fontSize="small" />
    </IconButton>
  );
}

function Part({
  name,
  problem,
  onRemove,
  children,
}: Pick<SchemaFieldProps, 'name' | 'onRemove'> & { problem?: string | undefined; children: ReactNode }) {
  const text = useText();
  const help = helpOf(name);
  return (
    <Box
      component="fieldset"
      sx={{
        m: 0,
        px: { xs: 1, sm: 1.75 },
        pt: 1,
        pb: 1.75,
        border: '1px solid',
        borderColor: problem ? 'error.main' : 'divider',
        borderRadius: '10px',
        display: 'grid',
        gridTemplateColumns: 'minmax(0, 1fr)',
        gap: 2,
        minWidth: 0,
      }}
    >
      <Box component="legend" sx={{ px: 0.75, typography: 'caption', fontWeight: 600, color: 'text.secondary' }}>
        {name}
        {onRemove && <Remove label={text('payload.remove', { name })} onClick={onRemove} />}
      </Box>
      {(problem ?? help) !== undefined && (
        <Box sx={{ typography: 'caption', color: problem ? 'error.main' : 'text.secondary' }}>{problem ?? (help && text(help))}</Box>
      )}
      {children}
    </Box>
  );
}

function isPart({ type }: PayloadSchema): boolean {
  return type === 'object' || type === 'array';
}

function isLong({ type, maxLength, enum: words }: PayloadSchema): boolean {
  return type === 'string' && words === undefined && (maxLength ?? 0) > ONE_LINE;
}
