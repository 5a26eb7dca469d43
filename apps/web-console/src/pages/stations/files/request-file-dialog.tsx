import { useMutation } from '@apollo/client/react';
import { FormDialog, FormSelect, useSubmission, useToasts } from '@ampline/ui';
import { useForm } from 'react-hook-form';
import { RequestStationFileDocument, type FileTransfer, type StationFileKind } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import type { ShownStation } from '../shown-station.js';

interface Values {
  kind: StationFileKind;
  transfer: FileTransfer | '';
}

const KINDS: readonly StationFileKind[] = ['DIAGNOSTICS', 'DIAGNOSTICS_LOG', 'SECURITY_LOG'];
const TRANSFERS: readonly FileTransfer[] = ['HTTPS', 'HTTP', 'FTPS', 'FTP'];

/** Asks the station for a file. */
export function RequestFileDialog({ station, onClose, onDone }: { station: ShownStation; onClose: () => void; onDone: () => void }) {
  const text = useText();
  const toasts = useToasts();
  const form = useForm<Values>({ defaultValues: { kind: 'DIAGNOSTICS', transfer: '' } });
  const { control } = form;
  const [request] = useMutation(RequestStationFileDocument);
  const submission = useSubmission(form, async ({ kind, transfer }) => {
    const { data } = await request({ variables: { stationId: station.id, kind, transfer: transfer === '' ? null : transfer } });
    // What went wrong stands in its row.
    if (data?.requestStationFile.state !== 'FAILED') toasts.success(text('files.asked', { station: station.identity }));
    onDone();
    onClose();
  });
  return (
    <FormDialog
      open
      onClose={onClose}
      title={text('files.requestTitle', { station: station.identity })}
      action={text('files.request')}
      {...submission}
    >
      <FormSelect
        control={control}
        name="kind"
        label={text('files.kind')}
        hint={text('files.kindHint')}
        options={KINDS.map((value) => ({ value, label: text(`files.kind.${value}`) }))}
      />
      <FormSelect
        control={control}
        name="transfer"
        label={text('firmware.transfer')}
        hint={text('files.transferHint')}
        options={[{ value: '', label: text('firmware.transferBest') }, ...TRANSFERS.map((value) => ({ value, label: value }))]}
      />
    </FormDialog>
  );
}
