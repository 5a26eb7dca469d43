import Checkbox from '@mui/material/Checkbox';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormHelperText from '@mui/material/FormHelperText';
import FormLabel from '@mui/material/FormLabel';
import Typography from '@mui/material/Typography';
import { Controller, type Control, type FieldPathByValue, type FieldValues } from 'react-hook-form';

interface FormChoicesProps<V extends FieldValues, C extends string> {
  control: Control<V>;
  name: FieldPathByValue<V, C[]>;
  label: string;
  options: readonly { value: C; label: string; hint?: string }[];
  /** Said when none is chosen. */
  needed: string;
}

/** Any number of choices, each explained; at least one. */
export function FormChoices<V extends FieldValues, C extends string>({ control, name, label, options, needed }: FormChoicesProps<V, C>) {
  return (
    <Controller
      control={control}
      name={name}
      rules={{ validate: (chosen: readonly C[]) => chosen.length > 0 || needed }}
      render={({ field, fieldState: { error } }) => {
        const chosen = field.value as readonly C[];
        const toggle = (value: C) => field.onChange(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);
        return (
          <FormControl component="fieldset" error={error !== undefined} sx={{ gap: 0.5 }}>
            <FormLabel component="legend" sx={{ fontSize: '0.8125rem', mb: 0.5 }}>
              {label}
            </FormLabel>
            {options.map((option, index) => (
              <FormControlLabel
                key={option.value}
                sx={{ alignItems: 'flex-start', mr: 0, '& .MuiCheckbox-root': { py: 0.25 } }}
                control={
                  <Checkbox
                    size="small"
                    checked={chosen.includes(option.value)}
                    onChange={() => toggle(option.value)}
                    onBlur={field.onBlur}
                    slotProps={index === 0 ? { input: { ref: field.ref } } : {}}
                  />
                }
                label={
                  <>
                    <Typography variant="body2" component="span" sx={{ display: 'block' }}>
                      {option.label}
                    </Typography>
                    {option.hint !== undefined && (
                      <Typography variant="caption" component="span" color="textSecondary" sx={{ display: 'block' }}>
                        {option.hint}
                      </Typography>
                    )}
                  </>
                }
              />
            ))}
            {error !== undefined && <FormHelperText>{error.message}</FormHelperText>}
          </FormControl>
        );
      }}
    />
  );
}
