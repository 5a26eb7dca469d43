import Add from '@mui/icons-material/Add';
import Upload from '@mui/icons-material/UploadFileOutlined';
import Button from '@mui/material/Button';
import { PageHeader, UrlTabs } from '@ampline/ui';
import { useState } from 'react';
import { OPERATORS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import { useText } from '../../messages.js';
import { CampaignForm } from './campaign-form.js';
import { CampaignList } from './campaign-list.js';
import { ImageForm } from './image-form.js';
import { ImageList } from './image-list.js';

/** Firmware of the stations: campaigns, and the images that they bring. */
export function FirmwarePage() {
  const text = useText();
  const operates = useViewer().may(...OPERATORS);
  const [form, setForm] = useState<'campaign' | 'image'>();
  const close = () => setForm(undefined);
  return (
    <>
      <PageHeader
        title={text('firmware.title')}
        actions={
          operates && (
            <>
              <Button variant="outlined" color="inherit" startIcon={<Upload />} onClick={() => setForm('image')}>
                {text('firmware.upload')}
              </Button>
              <Button variant="contained" startIcon={<Add />} onClick={() => setForm('campaign')}>
                {text('firmware.newCampaign')}
              </Button>
            </>
          )
        }
      />
      <UrlTabs
        label={text('firmware.title')}
        tabs={[
          { value: 'campaigns', label: text('firmware.campaigns'), content: () => <CampaignList /> },
          { value: 'images', label: text('firmware.images'), content: () => <ImageList /> },
        ]}
      />
      {form === 'campaign' && <CampaignForm onClose={close} />}
      {form === 'image' && <ImageForm onClose={close} />}
    </>
  );
}
