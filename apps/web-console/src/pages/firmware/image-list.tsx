import Memory from '@mui/icons-material/MemoryOutlined';
import Button from '@mui/material/Button';
import { useMutation } from '@apollo/client/react';
import {
  ConfirmDialog,
  CopyButton,
  DataTable,
  DetailDrawer,
  EmptyState,
  KeyValues,
  Mono,
  StatusChip,
  useFormat,
  useLocale,
  usePages,
  useToasts,
  type Column,
} from '@ampline/ui';
import { useMemo, useState } from 'react';
import { OPERATORS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import { FirmwareImagesDocument, RetireFirmwareImageDocument, type FirmwareImageRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { bytesText } from '../../parts/bytes.js';

const WITH_RETIRED = { includeRetired: true };

/** The repository of images, newest first. */
export function ImageList() {
  const text = useText();
  const format = useFormat();
  const { locale } = useLocale();
  const pages = usePages(FirmwareImagesDocument, WITH_RETIRED, (data) => data.firmwareImages);
  const [shown, setShown] = useState<string>();
  const current = pages.rows.find(({ id }) => id === shown);
  const columns = useMemo<[Column<FirmwareImageRowFragment>, ...Column<FirmwareImageRowFragment>[]]>(
    () => [
      { key: 'version', header: text('firmware.version'), cell: ({ version }) => version },
      { key: 'for', header: text('firmware.for'), cell: (image) => [image.vendor, image.model ?? text('firmware.allModels')].join(' · ') },
      {
        key: 'state',
        header: text('firmware.state'),
        width: '140px',
        card: 'badge',
        cell: ({ retired }) => <StatusChip status={retired ? 'RETIRED' : 'ACTIVE'} />,
      },
      {
        key: 'signed',
        header: text('firmware.signed'),
        width: '110px',
        from: 'md',
        cell: ({ signed }) => text(signed ? 'firmware.yes' : 'firmware.no'),
      },
      { key: 'size', header: text('firmware.size'), width: '110px', align: 'end', cell: ({ sizeBytes }) => bytesText(sizeBytes, locale) },
      {
        key: 'uploaded',
        header: text('firmware.uploaded'),
        width: '160px',
        align: 'end',
        from: 'md',
        cell: ({ uploadedAt }) => format.dateTime(uploadedAt),
      },
    ],
    [text, format, locale],
  );
  return (
    <>
      <DataTable
        label={text('firmware.images')}
        pages={pages}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setShown(id)}
        columns={columns}
        empty={
          <EmptyState icon={<Memory />} title={text('firmware.noImages')}>
            {text('firmware.noImagesHint')}
          </EmptyState>
        }
      />
      {current && <ImageDrawer image={current} onClose={() => setShown(undefined)} />}
    </>
  );
}

function ImageDrawer({ image, onClose }: { image: FirmwareImageRowFragment; onClose: () => void }) {
  const text = useText();
  const format = useFormat();
  const toasts = useToasts();
  const { locale } = useLocale();
  const { may } = useViewer();
  const [retire] = useMutation(RetireFirmwareImageDocument);
  const [asking, setAsking] = useState(false);
  const name = [image.vendor, image.model, image.version].filter(Boolean).join(' ');
  return (
    <DetailDrawer open onClose={onClose} title={name}>
      <KeyValues
        items={[
          [text('firmware.fileName'), image.fileName],
          [text('firmware.size'), bytesText(image.sizeBytes, locale)],
          [text('firmware.signed'), text(image.signed ? 'firmware.yes' : 'firmware.no')],
          [text('firmware.uploaded'), format.dateTime(image.uploadedAt)],
          [text('firmware.by'), image.uploadedByName],
        ]}
      />
      <KeyValues
        minWidth={500}
        items={[
          [
            'SHA-256',
            <>
              <Mono>{image.sha256}</Mono> <CopyButton value={image.sha256} what="SHA-256" />
            </>,
          ],
        ]}
      />
      {may(...OPERATORS) && !image.retired && (
        <Button variant="outlined" color="error" onClick={() => setAsking(true)} sx={{ justifySelf: 'start' }}>
          {text('firmware.retire')}
        </Button>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={text('firmware.retireTitle', { image: name })}
        action={text('firmware.retire')}
        danger
        onConfirm={async () => {
          await retire({ variables: { id: image.id } });
          toasts.success(text('firmware.retired', { image: name }));
        }}
      >
        {text('firmware.retireText')}
      </ConfirmDialog>
    </DetailDrawer>
  );
}
