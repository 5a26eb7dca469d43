import { demand, type Rule, type Rules } from './rule.js';

/** §5.15: an entry without idTagInfo deletes, which only a differential update does; 0 and -1 are versions that no list has. */
const sendLocalList: Rule<'SendLocalList'> = ({ listVersion, updateType, localAuthorizationList: entries = [] }) => {
  const seen = new Set<string>();
  return [
    ...demand(listVersion > 0, '/listVersion', 'must be above 0'),
    ...entries.flatMap(({ idTag, idTagInfo }, i) => {
      const key = idTag.toLowerCase();
      const twice = seen.has(key);
      seen.add(key);
      return [
        ...demand(!twice, `/localAuthorizationList/${i}/idTag`, 'must not be there twice'),
        ...demand(
          updateType !== 'Full' || idTagInfo !== undefined,
          `/localAuthorizationList/${i}/idTagInfo`,
          'must be there in a full list',
        ),
      ];
    }),
  ];
};

/** §5.15. */
export const localAuthListRules: Rules = { SendLocalList: sendLocalList };
