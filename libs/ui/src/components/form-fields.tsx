import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import MenuItem from '@mui/material/MenuItem';
import TextField, { type TextFieldProps } from '@mui/material/TextField';
import type { ReactNode } from 'react';
import { Controller, type Control, type FieldPath, type FieldValues, type RegisterOptions } from 'react-hook-form';

interface FieldProps<V extends FieldValues> {
  control: Control<V>;
  name: FieldPath<V>;
  label: string;
  rules?: Omit<RegisterOptions<V>, 'valueAsNumber' | 'valueAsDate' | 'setValueAs' | 'disabled'>;
  hint?: ReactNode;
}

type TextProps<V extends FieldValues> = FieldProps<V> &
  Pick<TextFieldProps, 'type' | 'autoComplete' | 'multiline' | 'minRows' | 'slotProps' | 'autoFocus'>;

/** A text field of a form; its problem stands under it in place of the hint. */
export function FormText<V extends FieldValues>({ control, name, label, rules, hint, ...rest }: TextProps<V>) {
  return (
    <Controller
      control={control}
      name={name}
      {...(rules && { rules })}
      render={({ field: { ref, ...field }, fieldState: { error } }) => (
        <TextField
          {...field}
          {...rest}
          inputRef={ref}
          label={label}
          required={rules?.required !== undefined}
          error={error !== undefined}
          helperText={error?.message ?? hint}
          fullWidth
        />
      )}
    />
  );
}

/** One of several, or with `multiple` any number of them. */
export function FormSelect<V extends FieldValues>({
  control,
  name,
  label,
  rules,
  hint,
  options,
  multiple = false,
}: FieldProps<V> & { options: readonly { value: string; label: string }[]; multiple?: boolean }) {
  return (
    <Controller
      control={control}
      name={name}
      {...(rules && { rules })}
      render={({ field: { ref, ...field }, fieldState: { error } }) => (
        <TextField
          {...field}
          select
          inputRef={ref}
          label={label}
          required={rules?.required !== undefined}
          error={error !== undefined}
          helperText={error?.message ?? hint}
          slotProps={{ select: { multiple, displayEmpty: true }, inputLabel: { shrink: true } }}
          fullWidth
        >
          {options.map((option) => (
            <MenuItem key={option.value} value={option.value}>
              {option.label}
            </MenuItem>
          ))}
        </TextField>
      )}
    />
  );
}

/** Yes or no. */
export function FormCheckbox<V extends FieldValues>({ control, name, label }: Pick<FieldProps<V>, 'control' | 'name' | 'label'>) {
  return (
    <Controller
      control={control}
      name={name}
      render={({ field: { ref, value, ...field } }) => (
        <FormControlLabel control={<Checkbox {...field} slotProps={{ input: { ref } }} checked={Boolean(value)} />} label={label} />
      )}
    />
  );
}
