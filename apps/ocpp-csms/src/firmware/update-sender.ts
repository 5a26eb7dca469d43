import { AppError } from '@ampline/kernel-errors';
import type { Clock } from '@ampline/kernel-time';
import type { Database, Tx } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { Commands } from '../commands/commands.js';
import type { Links } from '../station-files/links.js';
import { advance, type Answer } from './domain/update.js';
import { answerOf, updateCommand, type Signing } from './update-command.js';
import { RULE_COLUMNS, rulesOf, storeUpdate, UPDATE_COLUMNS, updateOf, type RuleRow, type UpdateRow } from './update-row.js';

interface Image extends Signing {
  image_id: string;
  file_name: string;
  size_bytes: bigint;
}

const SENDING = `SELECT ${UPDATE_COLUMNS} FROM firmware_update u WHERE u.state = 'sending'`;

const LOCKED = `
  SELECT ${UPDATE_COLUMNS}, ${RULE_COLUMNS}
    FROM firmware_update u JOIN firmware_campaign c USING (campaign_id) JOIN firmware_image i USING (image_id)
   WHERE u.campaign_id = $1 AND u.station_id = $2 AND u.sending = $3 FOR UPDATE OF u`;

/** An address outlives the time that the download may take by this: a station may have begun late. */
const LINK_MARGIN_MS = 3_600_000;

/**
 * Sends stations the command to update. Its key is made of campaign, station and number of the sending: after a crash the same sending
 * is asked for again, and either its stored outcome is found or the command had never been sent.
 */
export class UpdateSender {
  private readonly working = new Map<string, Promise<void>>();
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly commands: Commands,
    private readonly links: Links,
    private readonly clock: Clock,
    private readonly timeoutMs: number,
    private readonly telemetry: Telemetry,
  ) {}

  send(row: UpdateRow): void {
    const key = keyOf(row);
    if (this.stopping || this.working.has(key)) return;
    const work = this.sendOne(row)
      .catch((error: unknown) => this.telemetry.logger.warn('firmware.sending-postponed', { stationId: row.station_id }, error))
      .finally(() => this.working.delete(key));
    this.working.set(key, work);
  }

  /** Takes up what was begun by a process that died, or could not be done. */
  async resume(): Promise<void> {
    for (const row of await this.database.query<UpdateRow>(SENDING)) this.send(row);
  }

  /** Resolves when the stations that are being spoken with are through. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.working.values());
  }

  private async sendOne(row: UpdateRow): Promise<void> {
    const answer = await this.ask(row);
    const now = this.clock.now();
    await this.database.asTenant(row.tenant_id, async (tx) => {
      const locked = await tx.one<UpdateRow & RuleRow>(LOCKED, [row.campaign_id, row.station_id, row.sending]);
      if (!locked) return;
      const before = updateOf(locked);
      const after = advance(before, { kind: 'answered', at: now, answer }, rulesOf(locked));
      if (after !== before) await storeUpdate(tx, locked, after);
    });
    this.telemetry.logger.info('firmware.command-answered', { campaignId: row.campaign_id, stationId: row.station_id, answer });
  }

  private async ask(row: UpdateRow): Promise<Answer> {
    const { image, location } = await this.database.asTenant(row.tenant_id, (tx) => this.prepare(tx, row));
    try {
      const sent = await this.commands.execute({
        tenantId: row.tenant_id,
        stationId: row.station_id,
        command: updateCommand(location, row.sent_at ?? this.clock.now(), row.request_number, image),
        requestedBy: this.telemetry.service,
        timeoutMs: this.timeoutMs,
        idempotencyKey: keyOf(row),
      });
      return answerOf(sent);
    } catch (error) {
      // Rejected since it was chosen.
      if (AppError.is(error) && error.kind === 'conflict') return 'refused';
      throw error;
    }
  }

  private async prepare(tx: Tx, row: UpdateRow): Promise<{ image: Image; location: string }> {
    const found = await tx.one<Image & RuleRow>(
      `SELECT i.image_id, i.file_name, i.size_bytes, i.signature, i.signing_certificate, ${RULE_COLUMNS}
         FROM firmware_campaign c JOIN firmware_image i USING (image_id) WHERE c.campaign_id = $1`,
      [row.campaign_id],
    );
    const image = found as Image & RuleRow;
    const { plan } = image;
    const location = await this.links.make(tx, {
      tenantId: row.tenant_id,
      stationId: row.station_id,
      target: { imageId: image.image_id, fileName: image.file_name },
      transfer: plan.transfer,
      maxBytes: Number(image.size_bytes),
      expiresAt: new Date(this.clock.now().getTime() + plan.downloadTimeoutS * 1_000 + LINK_MARGIN_MS),
    });
    return { image, location };
  }
}

function keyOf({ campaign_id: campaignId, station_id: stationId, sending }: UpdateRow): string {
  return `firmware:${campaignId}:${stationId}:${sending}`;
}
