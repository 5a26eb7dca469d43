/** Longest id token of OCPP 2.0.1 (IdTokenType.idToken). OCPP 1.6 (CiString20Type) takes 20: a longer one never works at such a station. */
const ID_TOKEN = /^(?=.{1,36}$)[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
/** OCPP 1.6 parentIdTag (CiString20Type). */
const GROUP_TOKEN = /^(?=.{1,20}$)[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** True for 1 to 36 printable ASCII characters without a space at either end. */
export function isIdToken(text: string): boolean {
  return ID_TOKEN.test(text);
}

/** True for 1 to 20 printable ASCII characters without a space at either end. */
export function isGroupToken(text: string): boolean {
  return GROUP_TOKEN.test(text);
}

/** What id tokens are compared by: OCPP compares them without regard to case. ASCII only, as the column of the same name. */
export function idTokenKey(text: string): string {
  return text.toLowerCase();
}
