import { useMutation } from '@apollo/client/react';
import { ConfirmDialog, useToasts } from '@ampline/ui';
import { LocalListDocument, LocalListPoliciesDocument, RemoveLocalListPolicyDocument } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

interface RemovePolicyDialogProps {
  open: boolean;
  onClose: () => void;
  policy: { siteId: string | null; stationId: string | null };
  /** What it is for, by name. */
  scope: string;
}

/** Asks before a policy is taken away. */
export function RemovePolicyDialog({ open, onClose, policy: { siteId, stationId }, scope }: RemovePolicyDialogProps) {
  const text = useText();
  const toasts = useToasts();
  const [remove] = useMutation(RemoveLocalListPolicyDocument, { refetchQueries: [LocalListPoliciesDocument, LocalListDocument] });
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={text('localList.takeTitle', { scope })}
      action={text('localList.take')}
      danger
      onConfirm={async () => {
        await remove({ variables: { siteId, stationId } });
        toasts.success(text('localList.taken'));
      }}
    >
      {text('localList.takeText')}
    </ConfirmDialog>
  );
}
