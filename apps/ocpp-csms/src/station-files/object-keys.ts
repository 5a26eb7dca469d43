/** Below it are the bytes of one file of a station: one object per transfer, of which one counts. */
export function stationFilePrefix(tenantId: string, fileId: string): string {
  return `station-files/${tenantId}/${fileId}/`;
}

/** Below it are the bytes of a firmware image, and its parts while it is uploaded. */
export function imagePrefix(tenantId: string, imageId: string): string {
  return `firmware/${tenantId}/${imageId}/`;
}

export function imageKey(tenantId: string, imageId: string): string {
  return `${imagePrefix(tenantId, imageId)}image`;
}
