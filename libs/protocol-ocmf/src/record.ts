/** A signed meter record as a station sends it: `OCMF|<payload>|<signature>` (OCMF §3). */
export interface OcmfRecord {
  /** The bytes that were signed, as text, exactly as received. */
  payload: string;
  signature: string;
}
