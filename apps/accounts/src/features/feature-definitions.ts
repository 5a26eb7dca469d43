/** A feature that can be switched on for a tenant, or for a share of its users. */
export interface FeatureDefinition {
  key: string;
  /** What it switches on. */
  description: string;
  /** Share of the users who have it where nobody has said anything, 0 to 100. */
  defaultPercentage: number;
}

export const FEATURES: readonly FeatureDefinition[] = [
  { key: 'console.raw-frames', description: 'Raw OCPP frames of a station, live and archived, in the console.', defaultPercentage: 100 },
  { key: 'console.power-curve', description: 'The power curve of a session in the console.', defaultPercentage: 100 },
  { key: 'driver.guest-links', description: 'Links by which guests follow a session without an account.', defaultPercentage: 0 },
];
