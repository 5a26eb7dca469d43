/**
 * Close codes that the gateway sends by itself (RFC 6455 §7.4.1; all registered, so that no station meets one it does not know).
 * Those of the call protocol are the machine's: 1000 superseded, 1008 flooding, 1013 back end away.
 */
export const WS_CLOSE = {
  /** Over MQTT: the station is gone, by its own word. */
  normal: 1000,
  /** This replica ends; connect again. */
  goingAway: 1001,
  /** A binary frame. */
  unsupportedData: 1003,
  /** The station may not be connected any more. */
  policyViolation: 1008,
} as const;
