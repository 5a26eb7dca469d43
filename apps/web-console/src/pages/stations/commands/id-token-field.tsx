import Autocomplete from '@mui/material/Autocomplete';
import TextField from '@mui/material/TextField';
import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { Controller, type Control } from 'react-hook-form';
import { IdTokenChoicesDocument } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import type { CommandValues } from './use-send.js';

/** An active id token by its text or its driver's name, or any other text. */
export function IdTokenField({ control }: { control: Control<CommandValues> }) {
  const text = useText();
  const [search, setSearch] = useState('');
  const { data, previousData, loading } = useQuery(IdTokenChoicesDocument, { variables: { search: search || null } });
  const known = (data ?? previousData)?.idTokens.nodes ?? [];
  const names = new Map(known.map(({ idToken, driver }) => [idToken, driver?.name]));
  return (
    <Controller
      control={control}
      name="idToken"
      rules={{ validate: (value) => value.trim() !== '' || text('command.field.missing') }}
      render={({ field, fieldState: { error } }) => (
        <Autocomplete
          freeSolo
          options={known.map(({ idToken }) => idToken)}
          filterOptions={(options) => options}
          inputValue={field.value}
          onInputChange={(_event, value) => {
            field.onChange(value);
            setSearch(value.trim());
          }}
          loading={loading}
          renderOption={({ key, ...props }, option) => (
            <li key={key} {...props}>
              {option}
              {names.get(option) ? ` · ${names.get(option)}` : ''}
            </li>
          )}
          renderInput={(params) => (
            <TextField
              {...params}
              label={text('command.field.idToken')}
              required
              inputRef={field.ref}
              onBlur={field.onBlur}
              error={error !== undefined}
              helperText={error?.message ?? text('command.field.idTokenHint')}
            />
          )}
        />
      )}
    />
  );
}
