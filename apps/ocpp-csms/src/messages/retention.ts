import type { KeptTable } from '@ampline/platform-postgres';

export interface RetentionOptions {
  messageRetentionDays: number;
  meterValueRetentionDays: number;
}

/** The tables of the intake that are partitioned by the day of reception. */
export function partitionedTables({ messageRetentionDays, meterValueRetentionDays }: RetentionOptions): KeptTable[] {
  return [
    { table: 'ocpp_message', retainDays: messageRetentionDays },
    { table: 'meter_value', retainDays: meterValueRetentionDays },
  ];
}
