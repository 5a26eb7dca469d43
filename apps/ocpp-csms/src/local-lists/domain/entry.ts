/** An entry of a list as it is on the wire (OCPP 1.6 §7.2, AuthorizationData). */
export interface ListEntry {
  idTag: string;
  idTagInfo: {
    status: 'Accepted';
    expiryDate?: string;
    parentIdTag?: string;
  };
}

/** An active id token that a policy selects. */
export interface SelectedToken {
  idToken: string;
  expiresAt?: Date;
  groupToken?: string;
}

/** OCPP 1.6: idTag and parentIdTag are CiString20. */
const CARRIED = /^[\x20-\x7e]{1,20}$/;

/**
 * What a station should hold of these tokens, the first ones where they do not all fit. A token that has expired or is blocked is not
 * among them: a station refuses what is not in its list when nobody can be asked.
 *
 * @param most LocalAuthListMaxLength; undefined: the station does not say
 */
export function wantedList(tokens: readonly SelectedToken[], most: number | undefined): { entries: ListEntry[]; leftOut: number } {
  const entries = tokens
    .filter(({ idToken }) => CARRIED.test(idToken))
    .slice(0, most)
    .map(({ idToken, expiresAt, groupToken }) => ({
      idTag: idToken,
      idTagInfo: {
        status: 'Accepted' as const,
        ...(expiresAt !== undefined && { expiryDate: expiresAt.toISOString() }),
        ...(groupToken !== undefined && CARRIED.test(groupToken) && { parentIdTag: groupToken }),
      },
    }));
  return { entries, leftOut: tokens.length - entries.length };
}
