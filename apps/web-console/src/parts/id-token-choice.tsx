import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { IdTokenChoicesDocument } from '../generated/graphql.js';
import { useText } from '../messages.js';
import { AsyncChoice, type Choice } from './async-choice.js';

interface IdTokenChoiceProps {
  label: string;
  value: Choice | null;
  onChange: (value: Choice | null) => void;
  hint?: string;
  error?: boolean;
}

/** One of the active id tokens, by its text or its driver's name. `label` of the choice is the id token. */
export function IdTokenChoice({ label, value, onChange, hint, error = false }: IdTokenChoiceProps) {
  const text = useText();
  const [search, setSearch] = useState('');
  const { data, previousData, loading } = useQuery(IdTokenChoicesDocument, { variables: { search: search || null } });
  const options = ((data ?? previousData)?.idTokens.nodes ?? []).map(({ id, idToken, driver }) => ({
    id,
    label: idToken,
    hint: driver?.name,
  }));
  return (
    <AsyncChoice
      label={label}
      value={value}
      onChange={onChange}
      options={options}
      loading={loading}
      onSearch={setSearch}
      fullWidth
      placeholder={text('parts.choose')}
      error={error}
      {...(hint !== undefined && { hint })}
    />
  );
}
