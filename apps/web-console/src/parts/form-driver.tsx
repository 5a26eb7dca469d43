import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { Controller, type Control, type FieldPathByValue, type FieldValues } from 'react-hook-form';
import { DriverChoicesDocument, type DriverChoiceFragment } from '../generated/graphql.js';
import { AsyncChoice, type Choice } from './async-choice.js';

interface FormDriverProps<V extends FieldValues> {
  control: Control<V>;
  name: FieldPathByValue<V, Choice | null>;
  label: string;
  hint?: string;
}

/** A driver of the tenant, or none. */
export function FormDriver<V extends FieldValues>({ control, name, label, hint }: FormDriverProps<V>) {
  const [search, setSearch] = useState('');
  const found = useQuery(DriverChoicesDocument, { variables: { search: search || null } });
  const options = (found.data ?? found.previousData)?.drivers.nodes.filter(({ closed }) => !closed).map(driverChoice) ?? [];
  return (
    <Controller
      control={control}
      name={name}
      render={({ field, fieldState: { error } }) => (
        <AsyncChoice
          label={label}
          value={field.value as Choice | null}
          onChange={field.onChange}
          options={options}
          loading={found.loading}
          onSearch={setSearch}
          fullWidth
          error={error !== undefined}
          {...((error?.message ?? hint) !== undefined && { hint: error?.message ?? hint })}
        />
      )}
    />
  );
}

export function driverChoice({
  id,
  name,
  email,
  externalReference,
}: Pick<DriverChoiceFragment, 'id' | 'name'> & Partial<DriverChoiceFragment>): Choice {
  return { id, label: name, hint: email ?? externalReference ?? undefined };
}
