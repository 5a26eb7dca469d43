import type { ApiClient } from './api-client.js';

/** A draft of a campaign that brings an uploaded image to the stations of the demo; its id. */
export async function draftCampaign(api: ApiClient, token: string, name = 'Spring'): Promise<string> {
  const query = new URLSearchParams({ vendor: 'Ampline', version: '9.9.9', fileName: 'firmware.bin' });
  const uploaded = await fetch(`${api.url}/rest/v1/firmware-images?${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body: new Uint8Array(3_000_000),
  });
  if (uploaded.status !== 201) throw new Error(`${uploaded.status} ${await uploaded.text()}`);
  const { id: imageId } = (await uploaded.json()) as { id: string };
  const { createFirmwareCampaign } = await api.get<{ createFirmwareCampaign: { id: string } }>(
    `mutation ($input: CreateFirmwareCampaignInput!) { createFirmwareCampaign(input: $input) { id } }`,
    { input: { name, imageId, plan: { stages: [{ stations: 3 }, { percent: 50 }, { percent: 100 }] } } },
  );
  return createFirmwareCampaign.id;
}
