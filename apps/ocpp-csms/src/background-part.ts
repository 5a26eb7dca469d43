/** Something that runs beside the requests for as long as the service does. */
export interface BackgroundPart {
  start(): Promise<void> | void;
  stop(): Promise<void> | void;
}
