/** One thing that an import has written, for the audit trail. */
export interface Written {
  type: 'site' | 'location' | 'charging-station';
  id: string;
  name: string;
  done: 'created' | 'changed';
  /** Fields that are other than before. */
  changes: readonly string[];
}
