import type { RegistryDeviceView } from '@stellacontrol/protocol'
import { useState } from 'react'
import { makeClaimCode } from '../api/registry.ts'
import { CopyField } from '../forms/copy-field.tsx'
import { Actions } from '../forms/form.tsx'
import { FormDialog } from '../forms/form-dialog.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { formatTime } from '../words/time.ts'

/** Makes a code with which somebody else can claim the booster; it is shown once. */
export function ClaimCodeDialog({ device, onClose }: { device: RegistryDeviceView; onClose: () => void }) {
  const [made, setMade] = useState<{ code: string; expiresAt: string }>()
  if (made !== undefined) {
    return (
      <Dialog title={`Claim code of ${device.serial}`} onClose={onClose}>
        <div className="form">
          <p className="t2">
            Works once, until {formatTime(Date.parse(made.expiresAt))}. It is not shown again: when it has run out, make
            another one.
          </p>
          <CopyField label="Claim code" value={made.code} />
          <Actions>
            <button type="button" className="btn pri" onClick={onClose}>
              Done
            </button>
          </Actions>
        </div>
      </Dialog>
    )
  }
  return (
    <FormDialog
      title={`Claim code for ${device.name}`}
      action="Make claim code"
      staysOpen
      onClose={onClose}
      onSubmit={async () => setMade(await makeClaimCode(device.serial))}
    >
      <p className="t2">
        Whoever has <span className="mono">{device.serial}</span> and the code can claim the booster for their
        organisation within 15 min. An earlier code stops working.
      </p>
    </FormDialog>
  )
}
