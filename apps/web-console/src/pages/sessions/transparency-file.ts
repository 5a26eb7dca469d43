/** A signed value as it is handed on. */
export interface HandedValue {
  context: string;
  value: string;
}

/**
 * The file that the S.A.F.E. transparency software opens: by it a driver can check, without us, what the meter signed. Values stand in
 * it as the meter signed them.
 * @param publicKey SubjectPublicKeyInfo, DER, Base64; null when none is registered: whoever checks has to know it
 */
export function transparencyFile(transactionId: string, values: readonly HandedValue[], publicKey: string | null): string {
  const key = publicKey === null ? '' : `\n    <publicKey encoding="base64">${publicKey}</publicKey>`;
  const parts = values.map(
    ({ context, value }) =>
      `  <value transactionId="${escaped(transactionId)}" context="${escaped(context)}">
    <signedData format="OCMF" encoding="plain">${escaped(value)}</signedData>${key}
  </value>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<values>\n${parts.join('\n')}\n</values>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
