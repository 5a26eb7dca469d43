import type { Bus } from '@ampline/platform-nats';
import type { Telemetry } from '@ampline/platform-telemetry';

export interface Listening {
  stop(): void;
}

/**
 * Hears a subject of core NATS (wildcards allowed) until it is stopped; the subscription comes back with the connection. What cannot be read is
 * logged by its subject and passed over: the next state of the same thing carries all of it.
 */
export function listen(
  bus: Bus,
  { logger }: Pick<Telemetry, 'logger'>,
  subject: string,
  hear: (tokens: readonly string[], body: string) => void,
): Listening {
  const subscription = bus.connection.subscribe(subject, {
    callback: (error, message) => {
      if (error) return logger.error('live.refused', { subject }, error);
      try {
        hear(message.subject.split('.'), message.string());
      } catch (cause) {
        // Without the cause: the parser's own words quote the payload.
        logger.warn('live.unreadable', { subject: message.subject, error: cause instanceof Error ? cause.name : 'unknown' });
      }
    },
  });
  return { stop: () => subscription.unsubscribe() };
}
