import { FormSelect, LOCALES } from '@ampline/ui';
import type { Control, FieldPathByValue, FieldValues } from 'react-hook-form';
import { useViewer } from '../../app/viewer.js';
import type { Role } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { FormChoices } from '../../parts/form-choices.js';
import { useOrganisations } from '../../parts/use-organisations.js';
import { rolesToGive } from './roles-offered.js';

/** Names of the languages, each in itself. */
const LANGUAGES: Readonly<Record<(typeof LOCALES)[number], string>> = { de: 'Deutsch', en: 'English' };

/** What is said of somebody when they are invited, and changed later. */
export interface UserFieldValues extends FieldValues {
  name: string;
  roles: Role[];
  organisationId: string;
  locale: string;
}

interface UserFieldsProps<V extends UserFieldValues> {
  control: Control<V>;
  names: {
    roles: FieldPathByValue<V, Role[]>;
    organisationId: FieldPathByValue<V, string>;
    locale: FieldPathByValue<V, string>;
  };
}

/** Roles with what they mean, organisation, language. */
export function UserFields<V extends UserFieldValues>({ control, names }: UserFieldsProps<V>) {
  const text = useText();
  const viewer = useViewer();
  const organisations = useOrganisations({ none: true });
  return (
    <>
      <FormChoices<V, Role>
        control={control}
        name={names.roles}
        label={text('users.roles')}
        needed={text('users.needRole')}
        options={rolesToGive(viewer.roles).map((value) => ({ value, label: text(`role.${value}`), hint: text(`roleText.${value}`) }))}
      />
      <FormSelect
        control={control}
        name={names.organisationId}
        label={text('users.organisation')}
        hint={text('users.organisationHint')}
        options={organisations}
        rules={{
          validate: (organisationId: unknown, values: V) =>
            organisationId !== '' || !values.roles.includes('FLEET_MANAGER') || text('users.needOrganisation'),
        }}
      />
      <FormSelect
        control={control}
        name={names.locale}
        label={text('users.locale')}
        options={LOCALES.map((value) => ({ value, label: LANGUAGES[value] }))}
      />
    </>
  );
}
