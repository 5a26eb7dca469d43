/** How exports read. */
export class ExportSettings {
  /** `batch`: rows read at a time. */
  constructor(readonly batch: number) {}
}
